use proptest::prelude::*;

use super::*;

fn present(text: &str) -> PresentedSecret {
    PresentedSecret::new(text.to_owned())
}

/// The result of both constructors, which must be the same.
fn refused(text: &str, if_digest: IfDigestShaped) -> Option<UnusableSecret> {
    let imported = ImportedSecret::parse(present(text), if_digest).err();
    let migrated = MigratedSecret::parse(present(text), if_digest).err();
    assert_eq!(imported, migrated, "{text}");
    if let Some(unusable) = imported {
        let message = unusable.to_string();
        assert!(text.len() < 8 || !message.contains(text), "{text} is shown: {message}");
        assert!(message.contains("the text") || message.contains("the secret"), "{message}");
    }
    imported
}

/// Requires that the refusal cannot be overridden.
#[track_caller]
fn always_refused(text: &str) -> UnusableSecret {
    let unusable = refused(text, IfDigestShaped::Refuse);
    assert_eq!(refused(text, IfDigestShaped::TakeAsSecret), unusable, "{text}");
    unusable.unwrap_or_else(|| panic!("{text} is accepted"))
}

#[track_caller]
fn assert_accepted(text: &str) {
    assert_eq!(refused(text, IfDigestShaped::Refuse), None, "{text}");
    assert!(matches!(
        MigratedSecret::parse(present(text), IfDigestShaped::Refuse).unwrap().0,
        SecretOrHash::Secret(_)
    ));
}

#[test]
fn masks_are_always_refused() {
    for text in [
        "****************",
        "**********",
        "xxxxxxxxxxxxxxxxxxxx",
        "XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX",
        "00000000-0000-0000-0000-000000000000",
        "................",
        "----------------",
        "••••••••••••••••",
        "abcdefgh********",
        "********************wxyz",
        "abc*****************",
        "xxxxxxxxxxxx1234",
        "0000000000000000",
        "<redacted>",
        "[REDACTED]",
        "***REDACTED***",
        "(redacted)",
        "redacted-by-export",
        "<hidden>",
        "[masked]",
        "[FILTERED]",
        "(sensitive value)",
        "<sensitive>",
        "abcdefghijkl…",
    ] {
        assert_eq!(always_refused(text), UnusableSecret::Mask, "{text}");
    }
}

#[test]
fn placeholders_for_a_secret_that_was_never_set_are_always_refused() {
    for text in [
        "CHANGE_ME",
        "changeme",
        "change-me",
        "CHANGE_ME_BEFORE_DEPLOYMENT",
        "changeme1234567890",
        "undefined",
        "UNDEFINED",
        "'undefined'",
        "null",
        "None",
        "[object Object]",
        "your-client-secret",
        "YOUR_CLIENT_SECRET_HERE",
        "replace-me",
        "TODO",
        "client_secret",
        "not set",
        "placeholder-secret",
    ] {
        assert_eq!(always_refused(text), UnusableSecret::NeverSet, "{text}");
    }
}

#[test]
fn placeholders_are_always_refused_with_their_form() {
    for (text, form) in [
        ("${CLIENT_SECRET}", "${name}"),
        ("${client.secret:-default}", "${name}"),
        ("prefix-${CLIENT_SECRET}-suffix", "${name}"),
        ("$(CLIENT_SECRET)", "$(name)"),
        ("{{ .Values.clientSecret }}", "{{name}}"),
        ("{{client_secret}}", "{{name}}"),
        ("((client-secret))", "((name))"),
        ("#{ClientSecret}#", "#{name}"),
        ("<%= client_secret %>", "<%name%>"),
        ("%CLIENT_SECRET%", "%name%"),
        ("<the-secret-of-acme>", "<name>"),
        ("<CHANGE_ME>", "<name>"),
        ("{client_secret_of_acme}", "{name}"),
        ("__ACME_CREDENTIAL__", "__name__"),
        ("$argocd-secret:oidc.clientSecret", "$name:key"),
        ("$dex.github.clientSecret", "$name.key"),
        ("$OAUTH_CREDENTIAL", "$NAME"),
        ("vault:secret/data/acme#value", "vault:…"),
        ("VAULT:v1:8SDd3WHDOjf7mq69", "vault:…"),
        ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme", "arn:…"),
        ("ENC(8SDd3WHDOjf7mq69)", "enc(…"),
        ("ENC[AES256_GCM,data:8SDd3WHD]", "enc[…"),
        ("env:ACME_CREDENTIAL", "env:…"),
        ("@Microsoft.KeyVault(SecretUri=https://acme)", "@microsoft.keyvault(…"),
        ("op://vault/acme/credential", "op:…"),
        ("awssm://acme/credential", "scheme://…"),
    ] {
        let unusable = always_refused(text);
        assert!(matches!(unusable, UnusableSecret::Placeholder(_)), "{text}: {unusable:?}");
        assert!(unusable.to_string().contains(form), "{text}: {unusable}");
    }
}

#[test]
fn texts_that_contain_more_than_the_secret_are_always_refused() {
    for (text, wrapping) in [
        (r#"{"value":"k3yJ8fQzLw0aXc5V"}"#, Wrapping::Json),
        (r#"{"value":"k3yJ8fQ"#, Wrapping::Json),
        ("{}", Wrapping::Json),
        (r#"["k3yJ8fQzLw0aXc5V"]"#, Wrapping::Json),
        ("[1,2,3,4,5,6,7,8,9]", Wrapping::Json),
        ("{'value':'k3yJ8fQzLw0aXc5V'}", Wrapping::Json),
        ("\"k3yJ8fQzLw0aXc5V\"", Wrapping::Quotes),
        ("'k3yJ8fQzLw0aXc5V'", Wrapping::Quotes),
        ("`k3yJ8fQzLw0aXc5V`", Wrapping::Quotes),
        ("\"k3yJ8fQzLw0aXc5V\",", Wrapping::Quotes),
        ("“k3yJ8fQzLw0aXc5V”", Wrapping::Quotes),
        ("CLIENT_SECRET=k3yJ8fQzLw0aXc5V", Wrapping::Assignment),
        ("clientSecret=k3yJ8fQzLw0aXc5V", Wrapping::Assignment),
        ("OAuthClientSecret=k3yJ8fQzLw0aXc5V", Wrapping::Assignment),
        ("oauth2.client-secret=k3yJ8fQzLw0aXc5V", Wrapping::Assignment),
        ("client_id=acme&client_secret=k3yJ8fQz", Wrapping::Assignment),
        ("name=value=with=signs", Wrapping::Assignment),
        ("S3_SECRET=k3yJ8fQzLw0aXc5V", Wrapping::Assignment),
        ("client_secret:k3yJ8fQzLw0aXc5V", Wrapping::Assignment),
    ] {
        assert_eq!(always_refused(text), UnusableSecret::Wrapped(wrapping), "{text}");
    }
}

#[test]
fn hashes_that_cannot_be_verified_are_always_refused() {
    for text in
        ["{SSHA}k3yJ8fQzLw0aXc5V", "$6$salt$k3yJ8fQzLw0aXc5V", "sha256:k3yJ8fQzLw0aXc5V", "$2a$05$cut"]
    {
        assert!(matches!(always_refused(text), UnusableSecret::Hash(_)), "{text}");
    }
}

#[test]
fn a_supported_hash_is_accepted_for_a_migrated_account_and_refused_as_a_new_secret() {
    let hash = "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.";
    for if_digest in [IfDigestShaped::Refuse, IfDigestShaped::TakeAsSecret] {
        let migrated = MigratedSecret::parse(present(hash), if_digest).unwrap();
        assert_eq!((migrated.hash_scheme(), migrated.plaintext_length()), (Some(HashScheme::Bcrypt), None));
        assert!(!format!("{migrated:?}").contains("$2a$"));
        let added = ImportedSecret::parse(present(hash), if_digest).unwrap_err();
        assert_eq!(added, UnusableSecret::HashOfASecret);
    }
}

#[test]
fn digest_shapes_are_refused_unless_confirmed_to_be_the_secret() {
    let hexadecimal = "5f4dcc3b5aa765d61d8327deb882cf99".repeat(4);
    for text in [
        &hexadecimal[..32],
        &hexadecimal[..40],
        &hexadecimal[..64],
        &hexadecimal[..96],
        &hexadecimal,
        &hexadecimal[..40].to_uppercase(),
        "L9ThxnotKPzthJ7hu3bnOuCVkr8=",
        "XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=",
        "XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0V-_g=",
        "qLZLq9CMy8R3ZkTDTuSjEKLQZYp8XBxxf8tNvLpkQMSVmgkbKqW+dK6yxUVgqEYT",
        &format!(
            "{}==",
            "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg"
        ),
    ] {
        let unusable = refused(text, IfDigestShaped::Refuse);
        assert!(matches!(unusable, Some(UnusableSecret::Digest(_))), "{text}: {unusable:?}");
        assert_eq!(refused(text, IfDigestShaped::TakeAsSecret), None, "{text}");
    }
}

#[test]
fn other_lengths_alphabets_and_paddings_are_not_digest_shapes() {
    for text in [
        "5f4dcc3b5aa765d61d8327deb882cf9",
        "5f4dcc3b5aa765d61d8327deb882cf99a",
        "5f4dcc3b5aa765d61d8327deb882cf9g",
        "k3yJ8fQzLw0aXc5VbN7mP2sD",
        "k3yJ8fQzLw0aXc5VbN7mP2sDg4hT+/9q",
        "k3yJ8fQzLw0aXc5VbN7mPw==",
        "XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg",
        "k3yJ8fQzLw0aXc5V==",
    ] {
        assert_accepted(text);
    }
}

#[test]
fn texts_that_only_resemble_a_refused_form_are_accepted() {
    for text in [
        "the-customers-old-secret",
        "an-old-secret-of-the-customer",
        "correct horse".replace(' ', "-").repeat(2).as_str(),
        "aB3=x9kLq2Zt7vRw",
        "=k3yJ8fQzLw0aXc5V",
        "k3yJ8fQz=Lw0aXc5V",
        "__aA0AAaAAa0-Lw0aXc5V__",
        "$ecret-of-the-customer",
        "100%-of-the-secret",
        "k3yJ8fQz{Lw0aXc5V}",
        "(k3yJ8fQzLw0aXc5V)",
        "k3yJ:8fQzLw0aXc5V",
        "<k3y!8fQz#w0aXc5V>",
        "%k3+J8fQzLw0aXc5V%",
        "\"k3yJ8fQzLw0aXc5V",
        "k3yJ8fQzLw0aXc5V'",
        "****k3yJ8fQzLw0aXc5V",
        "vault-of-the-customer",
        "[k3yJ8fQzLw0aXc5V]",
    ] {
        assert_accepted(text);
    }
}

#[test]
fn the_minimum_length_is_shorter_for_migrated_accounts() {
    let shortest = |text: &str| match ImportedSecret::parse(present(text), IfDigestShaped::Refuse) {
        Err(UnusableSecret::Form { shortest, longest: 512 }) => shortest,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(shortest("k3yJ8fQzLw0aXc5"), 16);
    assert_eq!(
        MigratedSecret::parse(present("k3yJ8fQz"), IfDigestShaped::Refuse).unwrap().plaintext_length(),
        Some(8)
    );
    let unusable = MigratedSecret::parse(present("k3yJ8fQ"), IfDigestShaped::Refuse).unwrap_err();
    assert_eq!(unusable, UnusableSecret::Form { shortest: 8, longest: 512 });
    let long = "k3yJ".repeat(128);
    assert_accepted(&long);
    assert_eq!(shortest(&format!("{long}x")), 16);
    for text in [
        "jtnsk_k3yJ8fQzLw0aXc5V",
        "jtnat_k3yJ8fQzLw0aXc5V",
        "jtnmk_k3yJ8fQzLw0aXc5V",
        "with a space inside",
        "gehéim-und-lang-genug",
    ] {
        assert_eq!(shortest(text), 16, "{text}");
    }
}

/// A text in which all characters are equally likely, as in a secret that a server generates. A regular expression
/// would choose its ranges equally often, and make long runs of a character that stands alone in it.
fn random(alphabet: &'static str, length: usize) -> impl Strategy<Value = String> {
    let character = proptest::sample::select(alphabet.chars().collect::<Vec<_>>());
    proptest::collection::vec(character, length).prop_map(String::from_iter)
}

const ALPHANUMERIC: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const UNRESERVED: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz~._-";
const BASE64URL: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";
const BASE64: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+/";

proptest! {
    #[test]
    fn ordinary_secrets_of_other_servers_are_accepted(
        keycloak in random(ALPHANUMERIC, 32),
        entra in (random(ALPHANUMERIC, 3), random(UNRESERVED, 34)).prop_map(|(a, b)| format!("{a}8Q~{b}")),
        uuid in "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        auth0 in random(BASE64URL, 64),
        base64url in random(BASE64URL, 43),
        base64_of_24_bytes in random(BASE64, 32),
        okta in random(BASE64URL, 40),
        google in random(BASE64URL, 28).prop_map(|secret| format!("GOCSPX-{secret}")),
    ) {
        for text in [keycloak, entra, uuid, auth0, base64url, base64_of_24_bytes, okta, google] {
            assert_accepted(&text);
        }
    }

    #[test]
    fn any_text_is_checked_without_a_panic_and_alike_except_for_its_length(text in ".{0,80}") {
        let imported = ImportedSecret::parse(present(&text), IfDigestShaped::Refuse);
        let migrated = MigratedSecret::parse(present(&text), IfDigestShaped::Refuse);
        if let Err(unusable) = migrated {
            prop_assert!(imported.is_err(), "{unusable}");
        }
    }
}
