//! Tars in `mnet explain` and `mnet embed`.

use std::fs;

use super::super::photo;
use super::super::support::tars::tar;
use super::{folder, picture, piped, told};

#[cfg(feature = "plot")]
#[test]
fn drawings_of_members_stay_in_their_folder() {
    let mnet = folder();
    let bytes = tar(&[("../../a.jpg", &picture()), ("/b.jpg", &picture())]);
    fs::write(mnet.path().join("x.tar"), &bytes).unwrap();
    mnet.run("explain x.tar --model model -o maps/".split(' ')).succeeded();
    let all = mnet.home.contents();
    let drawings: Vec<_> =
        all.keys().filter(|path| path.extension().is_some_and(|end| end == "png")).collect();
    assert_eq!(
        drawings,
        ["maps/x.tar/a.jpg.png", "maps/x.tar/b.jpg.png"].map(std::path::Path::new).iter().collect::<Vec<_>>()
    );
    let run = mnet.run("explain x.tar --model model --json -o sheet.html".split(' ')).succeeded();
    assert_eq!(run.json().len(), 2);
    mnet.run("explain x.tar --model model -o map.png".split(' '))
        .failed(2, &["one figure is of one photo", "mnet explain x.tar --model model -o sheet.html"]);
    mnet.run("explain x.tar/b.jpg --model model -o map.png".split(' ')).succeeded();
    // There, the folder of the tar would be the tar itself.
    mnet.run("explain x.tar --model model -o ./".split(' '))
        .failed(2, &["./x.tar: cannot be made", "mnet explain x.tar --model model -o maps/"]);
}

#[test]
fn vectors_of_members_are_searched() {
    let mnet = folder();
    let other = fs::read(photo("cat_720p.jpg")).unwrap();
    let bytes = tar(&[("d/a.jpg", &picture()), ("b.jpg", &other)]);
    fs::write(mnet.path().join("x.tar"), &bytes).unwrap();
    fs::write(mnet.path().join("b.jpg"), b"another file").unwrap();
    let run = mnet.run("embed x.tar --model model".split(' ')).succeeded();
    assert_eq!(told(&run), ["x.tar/d/a.jpg", "x.tar/b.jpg"]);
    let near = "embed x.tar --model model --near x.tar/d/a.jpg";
    let run = mnet.run(near.split(' ')).succeeded();
    assert_eq!(
        run.stdout.lines().map(|line| line.split('\t').next().unwrap()).collect::<Vec<_>>(),
        ["x.tar/b.jpg"]
    );
    mnet.run(format!("{near} -o page.html").split(' ')).succeeded();
    let page = fs::read_to_string(mnet.path().join("page.html")).unwrap();
    assert_eq!(page.matches("data:image/jpeg").count(), 2, "both are shown");
    // They are where they were.
    mnet.run("embed x.tar --model model -o saved.jsonl".split(' ')).succeeded();
    let run = mnet.run("embed --embeddings saved.jsonl --duplicates 0.0".split(' ')).succeeded();
    assert_eq!(run.stdout, "x.tar/d/a.jpg\nx.tar/b.jpg\n");
    assert!(!run.stderr.contains("not at the saved paths"), "{}", run.stderr);
    // A stream cannot be read again, and a file of the same name is not taken for its member.
    let stream = "embed --tar - --model model --near x.tar/d/a.jpg -o page2.html";
    piped(&mnet, stream, &bytes).succeeded();
    let page = fs::read_to_string(mnet.path().join("page2.html")).unwrap();
    assert_eq!(page.matches("data:image/jpeg").count(), 1);
    assert!(page.contains("It came in a tar on stdin"), "{page}");
    let run = piped(&mnet, "embed --tar - --model model --duplicates 0.0", &bytes).succeeded();
    assert_eq!(run.stdout, "d/a.jpg\nb.jpg\n");
}
