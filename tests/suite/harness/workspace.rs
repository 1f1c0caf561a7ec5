//! A folder in which podnet is run as people run it.

#![expect(clippy::disallowed_types, reason = "tests look at the times of files")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use tempfile::TempDir;

use super::{at_root, files_under};

/// The program, about to run in a folder.
pub fn podnet(folder: &Path, arguments: &[&str]) -> Command {
    let mut podnet = Command::new(env!("CARGO_BIN_EXE_podnet"));
    podnet.args(arguments).current_dir(folder);
    podnet
}

/// A folder away from the repository.
pub struct Workspace {
    folder: TempDir,
}

impl Workspace {
    /// An empty folder.
    pub fn empty() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// A folder with the examples in `examples/`.
    pub fn of_examples() -> Self {
        let workspace = Self::empty();
        let examples = at_root("examples");
        for name in files_under(&examples) {
            let to = workspace.path(&format!("examples/{name}"));
            fs_err::create_dir_all(to.parent().unwrap()).unwrap();
            fs_err::copy(examples.join(name), to).unwrap();
        }
        workspace
    }

    /// A path in the folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The text of a file that has to be there.
    pub fn read(&self, path: &str) -> String {
        fs_err::read_to_string(self.path(path)).unwrap()
    }

    /// Writes a file, and the folders that it is in.
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        fs_err::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs_err::write(self.path(path), text).unwrap();
    }

    /// Writes something else in place of a text that has to be there.
    pub fn edit(&self, path: &str, from: &str, to: &str) {
        let text = self.read(path);
        assert!(text.contains(from), "{path} has no {from}");
        self.write(path, text.replace(from, to));
    }

    /// Runs git; false where it fails, or is not there: the tests need nothing but Rust.
    pub fn git(&self, arguments: &[&str]) -> bool {
        let identity = ["-c", "user.name=podnet", "-c", "user.email=podnet@example.com"];
        let mut git = Command::new("git");
        git.current_dir(self.folder.path()).args(identity).args(arguments);
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").output().is_ok_and(|output| output.status.success())
    }

    /// Commits everything in a repository of its own; false where there is no git.
    pub fn committed(&self) -> bool {
        self.git(&["--version"]) && {
            assert!(self.git(&["init", "--quiet"]) && self.git(&["add", "--all"]));
            self.git(&["commit", "--quiet", "-m", "deployed"])
        }
    }

    /// Runs podnet, whatever comes of it.
    pub fn run(&self, arguments: &[&str]) -> Output {
        podnet(self.folder.path(), arguments).output().unwrap()
    }

    /// Runs, asserts the exit code, gives standard output and standard error.
    pub fn exits(&self, arguments: &[&str], code: i32) -> (String, String) {
        let output = self.run(arguments);
        let (out, err) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "podnet {}\n{out}\n{err}", arguments.join(" "));
        (out, err)
    }

    /// Runs, asserts the exit code, gives standard output.
    pub fn ran(&self, arguments: &[&str], code: i32) -> String {
        self.exits(arguments, code).0
    }

    /// Runs, asserts the exit code, gives standard error.
    pub fn failed(&self, arguments: &[&str], code: i32) -> String {
        self.exits(arguments, code).1
    }

    /// Runs a command that is refused because of what it does to what runs; allows that with the commands that the messages give, and
    /// runs it again. Gives standard output.
    pub fn allowed(&self, arguments: &[&str]) -> String {
        let error = self.failed(arguments, 1);
        let command =
            |line: &str| line.split_once("to allow this one change: podnet ").map(|(_, command)| command.to_owned());
        let commands: Vec<String> = error.lines().filter_map(command).collect();
        assert_eq!(commands.len(), error.matches("error[").count(), "something else is wrong: {error}");
        for command in commands {
            let command = shlex::split(&command).unwrap();
            self.ran(&command.iter().map(String::as_str).collect::<Vec<_>>(), 0);
        }
        self.ran(arguments, 0)
    }

    /// Releases every node group that is retired, as after a drain, then what else is named.
    pub fn released(&self, spec: &str, names: &[&str]) {
        let lock = self.read(&spec.replace(".yaml", ".lock.yaml"));
        let retired = lock.lines().filter(|line| line.contains("{state: retired, group: "));
        let groups = retired.filter_map(|line| line.trim().split(':').next());
        for name in groups.chain(names.iter().copied()) {
            self.ran(&["release", name, spec], 0);
        }
    }

    /// Runs, asserts the exit code and that a file is as it was before, gives standard error.
    pub fn refused(&self, arguments: &[&str], code: i32, untouched: &str) -> String {
        let content = || fs_err::read(self.path(untouched)).ok();
        let before = content();
        let error = self.failed(arguments, code);
        assert_eq!(content(), before, "podnet {} changed {untouched}", arguments.join(" "));
        error
    }

    /// Every file below a folder with its text and the time of its last change.
    pub fn files(&self, folder: &str) -> BTreeMap<String, (String, SystemTime)> {
        let file = |name: String| {
            let path = format!("{folder}/{name}");
            let changed = self.path(&path).metadata().unwrap().modified().unwrap();
            let text = self.read(&path);
            (path, (text, changed))
        };
        files_under(&self.path(folder)).into_iter().map(file).collect()
    }
}

/// What a program printed, as text.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A spec whose node groups are replaced in place.
pub fn in_place(spec: &str) -> String {
    const NAME: &str = "    - name: ";
    let kinds = ["      kind: managed\n", "      kind: self-managed\n"];
    let group = |text: &str| match kinds.iter().find(|kind| text.contains(**kind)) {
        None => text.to_owned(),
        Some(_) if text.contains("update: {") => text.replace("update: {", "update: {replace: inPlace, "),
        Some(kind) => text.replacen(*kind, &format!("{kind}      update: {{replace: inPlace}}\n"), 1),
    };
    spec.split(NAME).map(group).collect::<Vec<_>>().join(NAME)
}
