//! What a terminal may be shown of what a user wrote.

/// Tells whether a character would move the cursor, turn the direction of writing or not be seen at all.
pub(super) fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// Keeps what a user wrote from moving the cursor or breaking the line: what is not printable is written out, and long
/// values are cut.
pub(super) fn printable(text: &str) -> String {
    const LONGEST: usize = 600;
    let mut out = String::new();
    for character in text.chars() {
        if is_unprintable(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
        if out.len() > LONGEST {
            out.push('…');
            break;
        }
    }
    out
}
