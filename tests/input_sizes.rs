//! Pictures that keep their aspect: each has an input of its own size, whatever is beside it in a batch.

#![expect(clippy::unwrap_used, reason = "a test fails where a value is missing")]

mod support;

use std::fs;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use candle_core::Device;
use image::{Rgb, RgbImage};
use mnet::inputs::Input;
use mnet::pipeline::{Pipeline, Plan};
use mnet::pixels::{DecodeOptions, Size, decode};
use mnet::predict::{AnswerOptions, Checkpoint, Classifier};
use mnet::record::Record;
use support::{checkpoint, scratch::Scratch};

/// A tiny network whose input is `crop`.
fn classifier(scratch: &Scratch, crop: Option<Size>) -> Classifier {
    checkpoint::tiny(scratch.path(), &["a", "b", "c"]);
    let mut checkpoint = Checkpoint::open(scratch.path()).unwrap();
    checkpoint.config.preprocess.crop = crop;
    Classifier::new(checkpoint, Device::Cpu).unwrap()
}

fn pictures(scratch: &Scratch) -> Vec<PathBuf> {
    let sizes = [(60, 80), (61, 80), (60, 80), (120, 160), (9000, 30), (80, 60), (64, 64)];
    let save = |(index, (width, height)): (usize, (u32, u32))| {
        let path = scratch.path().join(format!("{index}.bmp"));
        let pixel = |x, y| Rgb([(x * 3) as u8, (y * 2) as u8, (x * y) as u8 ^ index as u8]);
        RgbImage::from_fn(width, height, pixel).save(&path).unwrap();
        path
    };
    sizes.into_iter().enumerate().map(save).collect()
}

fn run(classifier: &Classifier, pictures: &[PathBuf], plan: Plan) -> Vec<Record> {
    let wanted = AnswerOptions { top: 3, logits: true, ..AnswerOptions::default() };
    let pipeline = Pipeline::new(classifier, DecodeOptions::default(), false, wanted);
    let mut records = vec![];
    let inputs = pictures.iter().cloned().map(Input::File);
    let write = |record| {
        records.push(record);
        Ok::<_, ()>(())
    };
    pipeline.run(inputs, plan, &AtomicBool::new(false), write).unwrap();
    records
}

/// The logits' bits, or the kind of error and its message.
fn outcome(record: &Record) -> Result<Vec<u32>, (&'static str, &str)> {
    let answer = record.outcome.as_ref().map_err(|error| (error.kind, error.message.as_str()))?;
    Ok(answer.logits.as_ref().unwrap().iter().map(|logit| logit.to_bits()).collect())
}

#[test]
fn an_answer_depends_on_its_own_picture_alone() {
    let scratch = Scratch::new();
    let pictures = pictures(&scratch);
    for crop in [None, Some(Size { width: 32, height: 48 })] {
        let classifier = classifier(&scratch, crop);
        let alone = run(&classifier, &pictures, Plan { workers: 1, batch: 1 });
        for batch in [2, 7] {
            let together = run(&classifier, &pictures, Plan { workers: 2, batch });
            for (alone, together) in alone.iter().zip(&together) {
                assert_eq!(outcome(alone), outcome(together), "{} in {batch}", alone.path.display());
            }
        }
        let refused: Vec<_> = alone.iter().filter_map(|record| outcome(record).err()).collect();
        let too_long = "resized for the network it would be 12000 x 40 px; a side may have at most 4096";
        assert_eq!(refused, if crop.is_none() { vec![("too-large", too_long)] } else { vec![] });
        assert_ne!(outcome(&alone[0]), outcome(&alone[2]), "pictures differ");
    }
}

#[test]
fn a_picture_by_itself_has_the_same_answer() {
    let scratch = Scratch::new();
    let pictures = pictures(&scratch);
    let classifier = classifier(&scratch, None);
    let wanted = AnswerOptions { logits: true, ..AnswerOptions::default() };
    for record in run(&classifier, &pictures, Plan { workers: 1, batch: 1 }) {
        let picture = decode(&fs::read(&record.path).unwrap(), &DecodeOptions::default()).unwrap();
        match classifier.classify_picture(&picture, &wanted) {
            Ok(answer) => assert_eq!(answer.logits, record.outcome.unwrap().logits),
            Err(error) => assert_eq!(error.to_string(), record.outcome.unwrap_err().message),
        }
    }
}
