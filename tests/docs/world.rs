//! The folder that the commands of the documents start in: photos, checkpoints, and a hub on loopback.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use mnet::models::Architecture;
use mnet::models::random::{serialize, tensors};

use crate::support::checkpoint;
use crate::support::hub_server::HubServer;
use crate::support::program::photo;
use crate::support::scratch::Scratch;

/// Repositories that the documents name. Tiny networks stand for them.
const REPOSITORIES: &[&str] = &[
    "google/mobilenet_v1_1.0_224",
    "google/mobilenet_v1_0.75_192",
    "google/mobilenet_v2_0.75_160",
    "google/mobilenet_v2_1.0_224",
    "timm/mobilenetv4_conv_small.e2400_r224_in1k",
];

/// A home directory with a folder to work in.
pub(crate) struct World {
    home: Scratch,
}

impl World {
    pub(crate) fn new() -> Self {
        let home = Scratch::new();
        let here = home.path().join("work");
        let copy = |name: &str, to: &str| {
            let to = here.join(to);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(photo(name), to).unwrap();
        };
        copy("cat_720p.jpg", "photo.jpg");
        copy("cat_720p.jpg", "photos/cat.jpg");
        copy("hot_dog.jpg", "photos/lunch/hot_dog.jpg");
        copy("cat_720p.jpg", "animals/Egyptian_cat/cat.jpg");
        copy("hot_dog.jpg", "animals/tench/hot_dog.jpg");
        checkpoint::tiny(&here.join("flowers"), &["daisy", "rose", "tulip"]);
        fs::write(here.join("names.txt"), "daisy\nrose\ntulip\n").unwrap();
        fs::write(here.join("mobilenet_v2.pth"), torchvision()).unwrap();
        Self { home }
    }

    /// Lets `command` run here, with this build of mnet first on the path, and no variable that changes what it prints.
    pub(crate) fn enter(&self, command: &mut Command) {
        let binary = Path::new(env!("CARGO_BIN_EXE_mnet")).parent().unwrap();
        let path = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths([binary.to_owned()].into_iter().chain(env::split_paths(&path))).unwrap();
        command.current_dir(self.home.path().join("work")).env_clear().env("PATH", path);
        command.env("HOME", self.home.path()).env("TERM", "xterm-256color").env("LANG", "C.UTF-8");
        command.env("HF_ENDPOINT", hub().endpoint());
        if let Some(isa) = env::var_os("MNET_ISA") {
            command.env("MNET_ISA", isa);
        }
    }
}

/// The hub, one for all tests.
fn hub() -> &'static HubServer {
    static HUB: OnceLock<HubServer> = OnceLock::new();
    HUB.get_or_init(|| {
        let folder = Scratch::new();
        for id in REPOSITORIES {
            checkpoint::tiny(&folder.path().join(id), &["daisy", "rose", "tulip"]);
        }
        let server = HubServer::start();
        server.add_folder(folder.path()).unwrap();
        server
    })
}

/// A `state_dict` of torchvision with three classes, in safetensors: weights are recognised by content.
fn torchvision() -> &'static [u8] {
    static FILE: OnceLock<Vec<u8>> = OnceLock::new();
    FILE.get_or_init(|| serialize(&tensors(&Architecture::torchvision("mobilenet_v2", 3).unwrap())))
}
