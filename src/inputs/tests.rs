//! Members that are named, and files that are counted.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Input, Inputs, List, MemberOptions, Separator, Shard};

/// A tar in a new folder, with members of these names, whose content is their number.
fn tar(test: &str, names: &[&str]) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("mnet-inputs-{}-{test}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let mut builder = tar::Builder::new(vec![]);
    for (number, name) in names.iter().enumerate() {
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        builder.append_data(&mut header, name, &[b'0' + number as u8][..]).unwrap();
    }
    fs::write(folder.join("x.tar"), builder.into_inner().unwrap()).unwrap();
    folder
}

/// Paths below `folder`, each with its bytes or its error.
fn told(folder: &Path, names: &[&str], options: &MemberOptions) -> Vec<(String, String)> {
    let named: Vec<_> = names.iter().map(|name| format!("{}/{name}", folder.display()).into()).collect();
    let tell = |input: Input| {
        let path = input.path().to_str().unwrap()[folder.to_str().unwrap().len() + 1..].to_owned();
        let content = match input {
            Input::Member(member) => String::from_utf8(member.bytes.clone()).unwrap(),
            Input::Unreadable { error, .. } => error.message,
            other => panic!("{other:?}"),
        };
        (path, content)
    };
    Inputs::new(named, None, None, options.clone()).map(tell).collect()
}

#[test]
fn a_named_member_is_one_input_with_the_path_as_it_was_named() {
    let folder = tar("named", &["1.jpg", "2.jpg", "1.jpg"]);
    let names = ["x.tar/1.jpg", "x.tar//1.jpg", "x.tar/./1.jpg", "x.tar/2.jpg", "x.tar//3.jpg"];
    let contents = ["0", "0", "0", "1", "the file has no member of this name"];
    let expected: Vec<_> =
        names.iter().zip(contents).map(|(name, content)| (name.to_string(), content.to_owned())).collect();
    assert_eq!(told(&folder, &names, &MemberOptions::default()), expected);
    // Each belongs to one share.
    let share = |index| MemberOptions { shard: Shard::new(index, 3), ..MemberOptions::default() };
    let mut shares: Vec<_> = (0..3).flat_map(|index| told(&folder, &names, &share(index))).collect();
    let mut all = expected.clone();
    shares.sort();
    all.sort();
    assert_eq!(shares, all);
    // A tar that is cut after the member, or before it.
    let whole = fs::read(folder.join("x.tar")).unwrap();
    fs::write(folder.join("x.tar"), &whole[..1024]).unwrap();
    let cut = told(&folder, &["x.tar/1.jpg", "x.tar//2.jpg"], &MemberOptions::default());
    assert_eq!((cut.len(), &cut[0]), (2, &expected[0]));
    assert!(cut[1].0 == "x.tar//2.jpg" && cut[1].1.contains("members may be missing"), "{cut:?}");
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn pipes_are_not_read_for_their_names() {
    let folder = tar("pipes", &["1.jpg"]);
    let pipe = folder.join("f.tar");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let named = vec![pipe, folder.join("x.tar")];
    let inputs = Inputs::new(named, None, None, MemberOptions::default()).only_names();
    let names: Vec<_> = inputs.map(|input| input.path().to_owned()).collect();
    assert_eq!(names, [folder.join("x.tar/1.jpg")]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn the_list_on_stdin_is_no_picture_by_any_name() {
    for name in ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"] {
        for list in ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0", "/proc/thread-self/fd/0"] {
            // The last one is known by the stream that it leads to, which a file is not.
            let is_stream = Path::new(list).metadata().is_ok_and(|it| !it.is_file());
            if list.contains("thread") && !is_stream {
                continue;
            }
            let list = List::open(Path::new(list), Separator::Newline).unwrap();
            let mut inputs = Inputs::new(vec![name.into()], Some(list), None, MemberOptions::default());
            let Some(Input::Unreadable { path, error }) = inputs.next() else { panic!("{name}") };
            assert!(path == Path::new(name) && error.message.starts_with("stdin is the list"), "{error:?}");
        }
    }
}

#[test]
fn a_slash_after_a_file_of_many_pictures_changes_nothing() {
    let folder = tar("slash", &["1.jpg"]);
    let file = folder.join("x.tar");
    for end in ["/", "//", "/."] {
        let named = vec![format!("{}{end}", file.display()).into()];
        let options = MemberOptions::default;
        let inputs = Inputs::new(named.clone(), None, None, options());
        let tars = Inputs::new(vec![], None, None, options()).with_tars(named);
        for inputs in [inputs, tars] {
            let paths: Vec<_> = inputs.map(|input| input.path().as_os_str().to_owned()).collect();
            assert_eq!(paths, [file.join("1.jpg").into_os_string()], "{end}");
        }
    }
    // Other paths keep their names.
    for name in ["gone.tar/", "1.jpg/"] {
        let mut inputs = Inputs::new(vec![folder.join(name)], None, None, MemberOptions::default());
        assert_eq!(inputs.next().unwrap().path().as_os_str(), folder.join(name).as_os_str());
    }
    fs::remove_dir_all(folder).unwrap();
}
