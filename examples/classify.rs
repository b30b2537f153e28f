//! Labels pictures: `cargo run --release --example classify -- v3-small photo.jpg …`
//!
//! The model is what `mnet classify --model` takes: a name, a repository of the hub, a folder. `lite0` is the one in the
//! library itself, which needs no network.
#![expect(clippy::print_stdout, reason = "printing the labels is its purpose")]

use mnet::backend::device::DeviceChoice;
use mnet::hub::Hub;
use mnet::pixels::{self, DecodeOptions};
use mnet::predict::{self, AnswerOptions, Classifier, Request};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let request = Request { model: arguments.next(), ..Request::default() };
    let checkpoint = predict::open(&predict::select(&request)?, Hub::from_environment, &mut |_| {})?;
    let classifier = Classifier::new(checkpoint, DeviceChoice::Auto.open()?)?;

    for path in arguments {
        let picture = pixels::decode(&std::fs::read(&path)?, &DecodeOptions::default())?;
        let answer = classifier.classify_picture(&picture, &AnswerOptions::default())?;
        println!("{path}: {} x {} px", answer.width, answer.height);
        for class in answer.top {
            println!("{:6.1} %  {}", 100.0 * class.score, class.label);
        }
    }
    Ok(())
}
