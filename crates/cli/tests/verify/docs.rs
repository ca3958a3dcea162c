//! The pages show exactly the files that the other tests run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::api::workspace;

#[test]
fn each_code_block_in_the_pages_is_the_file_named_above_it() {
    for page in files(&workspace("docs/validate")) {
        for (file, code) in shown(&page) {
            let text = fs::read_to_string(workspace(&file)).unwrap_or_else(|error| panic!("{file}: {error}"));
            assert_eq!(code, text, "{} shows {file}, but not its current content", page.display());
        }
    }
}

#[test]
fn each_example_is_shown_in_a_page() {
    let shown: BTreeSet<String> = files(&workspace("docs/validate"))
        .iter()
        .flat_map(|page| shown(page))
        .map(|(file, _)| file)
        .collect();
    let root = workspace("");
    let examples: BTreeSet<String> = files(&workspace("examples/validate"))
        .iter()
        .map(|path| path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned())
        .filter(|path| CODE.iter().any(|ending| path.ends_with(ending)))
        .collect();
    assert_eq!(shown, examples);
}

#[test]
fn the_readme_and_the_guide_show_the_rust_program() {
    let program = fs::read_to_string(workspace("examples/protect-an-api/src/main.rs")).unwrap();
    for (page, block) in [("README.md", "rust"), ("docs/protect-an-api.md", "rust,no_run")] {
        let text = fs::read_to_string(workspace(page)).unwrap();
        assert!(
            text.contains(&format!("```{block}\n{program}```\n")),
            "{page} does not show its current content"
        );
    }
}

/// The blocks of a page that are not for a shell: the file that the line above the block names, and the code.
fn shown(page: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(page).unwrap();
    let mut shown = Vec::new();
    let mut rest = text.as_str();
    while let Some((before, block)) = rest.split_once("\n```") {
        let (language, block) = block.split_once('\n').unwrap();
        let (code, after) =
            block.split_once("```").unwrap_or_else(|| panic!("{} ends in code", page.display()));
        rest = after;
        if language == "console" {
            continue;
        }
        let above = before.trim_end().lines().last().unwrap();
        let link = above.rsplit_once("](../../").and_then(|(_, link)| link.split_once(')'));
        let (file, _) = link.unwrap_or_else(|| panic!("no file is named above {code} in {}", page.display()));
        shown.push((file.to_owned(), code.to_owned()));
    }
    shown
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            found.push(path);
        } else if path.file_name().unwrap() != "node_modules" {
            found.extend(files(&path));
        }
    }
    found
}

const CODE: [&str; 5] = [".mjs", ".py", ".go", ".java", ".cs"];
