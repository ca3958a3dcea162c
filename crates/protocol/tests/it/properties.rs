//! Property tests, with generated inputs close to the edge cases.

use std::collections::BTreeMap;

use jeton_protocol::{Scope, properties};
use proptest::{collection::vec, prelude::*};

const NAMES: &str = "(grant_type|scope|resource|audience|client_id|client_secret|client_assertion|client_assertion_type|token|\
     token_type_hint|[a-z]{0,3})";

proptest! {
    #[test]
    fn any_bytes_as_a_form_are_parsed_or_rejected(body in vec(any::<u8>(), 0..300)) {
        properties::form(&body);
    }

    #[test]
    fn a_form_like_text_is_parsed_or_rejected(
        pairs in vec((NAMES, "=?", "(%[0-9a-f]{1,2}|[a-z+=%\u{0}-\u{ff}]){0,4}"), 0..8),
    ) {
        let pairs: Vec<_> = pairs.into_iter().map(|(name, sign, value)| name + &sign + &value).collect();
        properties::form(pairs.join("&").as_bytes());
    }

    #[test]
    fn any_bytes_as_json_are_parsed_or_rejected(body in vec(any::<u8>(), 0..300)) {
        properties::json(&body);
    }

    #[test]
    fn an_object_like_text_is_parsed_or_rejected(
        members in vec((NAMES, "null|\"[a-z\\\\]{0,3}\"|\\[\"a\",\"\"\\]|\\{\\}|[0-9]|true"), 0..6),
        end in "[},]?",
    ) {
        let members: Vec<_> = members.into_iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
        properties::json(format!("{{{}{end}", members.join(",")).as_bytes());
    }

    #[test]
    fn a_form_and_json_with_the_same_pairs_agree(
        pairs in vec((NAMES, "([a-z \"\\\\%+&=é\u{85}\n]|[^a]){0,6}"), 0..8),
    ) {
        // JSON allows control characters in unknown members, a form does not: here unknown members have legal values.
        let distinct: BTreeMap<String, String> = pairs.into_iter().collect();
        let known = |name: &str| name.contains('_') || ["scope", "resource", "audience", "token"].contains(&name);
        let pairs: Vec<_> = distinct
            .into_iter()
            .map(|(name, value)| if known(&name) { (name, value) } else { (name, "legal".to_owned()) })
            .collect();
        properties::form_and_json_agree(&pairs);
    }

    #[test]
    fn any_header_is_parsed_or_rejected(header in vec(any::<u8>(), 0..100)) {
        properties::authorization(&header);
    }

    #[test]
    fn any_credentials_after_basic_are_parsed_or_rejected(credentials in "[a-zA-Z0-9+/:%]{0,40}={0,3}") {
        properties::authorization(format!("Basic {credentials}").as_bytes());
    }

    #[test]
    fn basic_is_accepted_in_every_encoding(id in "[ -~é]{1,20}", secret in "[ -~é]{1,20}") {
        properties::basic_is_accepted_in_every_encoding(&id, &secret);
    }

    #[test]
    fn any_query_is_accepted_or_rejected(query in ".{0,100}") {
        properties::query(&query);
    }

    #[test]
    fn a_scope_has_the_names_of_its_text_and_one_canonical_form(
        text in prop_oneof![".{0,40}", "[a-c:!, ]{0,20}", "([a-c]{1,2} {1,2}){0,8}"],
    ) {
        properties::scope(&text);
    }

    #[test]
    fn scopes_are_sets(first in "[a-e]( [a-e]){0,5}", second in "[a-e]( [a-e]){0,5}") {
        properties::scope_sets(&Scope::parse(&first).unwrap(), &Scope::parse(&second).unwrap());
    }

    #[test]
    fn a_resource_has_one_canonical_form(
        text in prop_oneof![
            ".{0,40}",
            "[hH]ttps?://([uU]@)?([A-Z]{1,3}\\.[a-z]{2}|\\[::A\\])?(:[0-9]{0,3})?(/[A-Z/%]{0,4})?(\\?[A-Z/]{0,3})?#?",
            "[uU]rn:[A-Za-z:/]{0,9}",
        ],
    ) {
        properties::resource_uri(&text);
    }

    #[test]
    fn a_client_id_is_its_text(
        text in prop_oneof![".{0,30}", "[!-~]{1,260}", "sa_[a-z0-9_]{0,12}_[0-9A-Za-z_]{21,23}"],
    ) {
        properties::client_id(&text);
    }

    #[test]
    fn every_text_has_a_secret_shape(text in prop_oneof![".{0,60}", "jtnsk_[0-9A-Za-zé]{45,52}"]) {
        properties::secret_shape(&text);
    }

    #[test]
    fn one_changed_character_is_never_generated(
        entropy in any::<[u8; 32]>(),
        position in 0_usize..55,
        replacement in prop_oneof![proptest::char::range('0', 'z'), any::<char>()],
    ) {
        properties::one_changed_character_is_never_generated(entropy, position, replacement);
    }

    #[test]
    fn an_opaque_token_has_one_spelling(
        text in prop_oneof![".{0,60}", "jtnat_[A-Za-z0-9_-]{46,52}[A-Za-z0-9_=+/ .-]{0,2}"],
    ) {
        properties::sealed_token(&text);
    }

    #[test]
    fn a_description_is_always_legal(text in prop_oneof![".{0,40}", "((scope|error|ERROR|[\"\\\\ ])={0,2}){0,6}"]) {
        properties::description(&text);
    }
}
