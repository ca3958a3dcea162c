//! Every file and folder that the pages for contributors and the architecture page name exists.

use std::fs;
use std::path::Path;

/// The files and folders that `page` names in backticks or links. Left out are commands, addresses of the web and
/// patterns, which have a part in capitals.
fn paths(page: &str) -> Vec<&str> {
    let in_backticks = page.split('`').skip(1).step_by(2);
    let links = page.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    let is_path = |text: &&str| {
        let is_pattern = text.contains("NNNN") || text.contains("NAME");
        let is_text = text.contains(|c: char| c.is_whitespace() || ":()!".contains(c));
        text.contains(['/', '.']) && !is_pattern && !is_text
    };
    in_backticks.chain(links).filter(is_path).collect()
}

#[test]
fn every_path_in_the_pages_for_contributors_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (page, at_least) in [("CONTRIBUTING.md", 40), ("SECURITY.md", 3)] {
        let text = fs::read_to_string(root.join(page)).unwrap();
        // A code block has three backticks at each end, so it is one piece like the others.
        let text = text.replace("```", "`");
        let paths = paths(&text);
        assert!(paths.len() >= at_least, "{page} names only {paths:?}");
        let missing: Vec<_> = paths.iter().filter(|path| !root.join(path).exists()).collect();
        assert!(missing.is_empty(), "{page} names {missing:?}, which do not exist");
    }
}

/// The architecture page shortens `crates/core/src/grant` to `core/grant`.
#[test]
fn every_source_file_that_the_architecture_page_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = fs::read_to_string(root.join("docs/architecture.md")).unwrap();
    let is_there = |path: &str| {
        let Some((name, rest)) = path.split_once('/') else { return true };
        let krate = root.join("crates").join(name).join("src");
        !krate.exists() || krate.join(rest).exists()
    };
    let named: Vec<&str> = text.split('`').skip(1).step_by(2).filter(|text| text.contains('/')).collect();
    assert!(named.len() >= 60, "the page names only {named:?}");
    let missing: Vec<_> = named.into_iter().filter(|path| !is_there(path)).collect();
    assert!(missing.is_empty(), "docs/architecture.md names {missing:?}, which do not exist");
}
