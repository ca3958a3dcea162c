//! Sections and code blocks of the pages in `docs`.

/// The text under a heading of the second level, up to the next one.
pub(crate) fn section<'a>(page: &'a str, heading: &str) -> &'a str {
    let (_, rest) =
        page.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no section {heading}"));
    rest.split_once("\n## ").map_or(rest, |(section, _)| section)
}

/// The code blocks of a language, in their order.
pub(crate) fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let start = format!("```{language}\n");
    let starts = text.split(&start).skip(1);
    starts.map(|block| block.split_once("```").unwrap().0).collect()
}

/// The code of the file that the text names directly above its block.
pub(crate) fn file<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, rest) =
        page.split_once(&format!("`{name}`")).unwrap_or_else(|| panic!("{name} is not in the page"));
    let (_, block) = rest.split_once("\n```").unwrap();
    block.split_once('\n').unwrap().1.split_once("```").unwrap().0
}

#[test]
fn blocks_are_found_by_section_by_language_and_by_the_file_above() {
    let page = "# P\n\n## A\n\n`a.py`:\n\n```python\n1\n```\n\n```js\n2\n```\n\n## B\n\n```python\n3\n```\n";
    assert_eq!(blocks(section(page, "A"), "python"), ["1\n"]);
    assert_eq!(blocks(section(page, "B"), "js"), [""; 0]);
    assert_eq!(blocks(page, "python"), ["1\n", "3\n"]);
    assert_eq!(file(page, "a.py"), "1\n");
}
