//! Reads the text format of Prometheus: single values, and how long the node went without reading its change feed.

/// The value of a metric without labels.
pub(crate) fn sample(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok())
}

/// The upper bound of the bucket of the longest interval that was added between two scrapes. `None` if none was added.
pub(crate) fn longest(before: &str, after: &str) -> Option<String> {
    let before = buckets(before);
    let added: Vec<(&str, u64)> = buckets(after)
        .into_iter()
        .map(|(bound, count)| {
            let earlier = before.iter().find(|(other, _)| *other == bound).map_or(0, |(_, count)| *count);
            (bound, count.saturating_sub(earlier))
        })
        .collect();
    let all = added.last().map(|(_, count)| *count).filter(|count| *count > 0)?;
    added.iter().find(|(_, count)| *count == all).map(|(bound, _)| (*bound).to_owned())
}

/// The upper bounds and their counts. Each count includes those of the smaller bounds.
fn buckets(text: &str) -> Vec<(&str, u64)> {
    text.lines().filter_map(bucket).collect()
}

fn bucket(line: &str) -> Option<(&str, u64)> {
    let (bound, rest) = line.strip_prefix(BUCKET)?.split_once('"')?;
    Some((bound, rest.rsplit(' ').next()?.parse().ok()?))
}

const BUCKET: &str = "jeton_change_feed_interval_seconds_bucket{le=\"";

#[cfg(test)]
mod tests {
    use super::*;

    fn scrape(counts: [u32; 4]) -> String {
        let lines = ["0.3", "0.5", "1.0", "+Inf"].iter().zip(counts);
        let buckets: Vec<String> =
            lines.map(|(bound, count)| format!("{BUCKET}{bound}\"}} {count}\n")).collect();
        let buckets = buckets.concat();
        format!("# TYPE x gauge\njeton_change_feed_silence_seconds 0.25\n{buckets}")
    }

    #[test]
    fn the_longest_interval_is_in_the_first_bucket_that_has_all_new_ones() {
        assert_eq!(longest(&scrape([4, 5, 6, 7]), &scrape([9, 11, 12, 13])).as_deref(), Some("0.5"));
        assert_eq!(longest(&scrape([4, 5, 6, 7]), &scrape([4, 5, 6, 8])).as_deref(), Some("+Inf"));
        assert_eq!(longest("", &scrape([2, 2, 2, 2])).as_deref(), Some("0.3"));
        assert_eq!(longest(&scrape([4, 5, 6, 7]), &scrape([4, 5, 6, 7])), None);
    }

    #[test]
    fn a_value_is_found_by_its_whole_name() {
        let text = scrape([0; 4]);
        assert_eq!(sample(&text, "jeton_change_feed_silence_seconds"), Some(0.25));
        assert_eq!(sample(&text, "jeton_change_feed_silence"), None);
    }
}
