//! Contrast by WCAG 2: 4.5 to 1 for texts, 3 to 1 for what is not text.

use std::collections::BTreeMap;

/// Colours by class and property.
type Colours = BTreeMap<(String, String), [u8; 3]>;

/// Checks the style of a picture in its light and its dark form.
pub fn check(picture: &str) {
    let style = picture.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let (light, dark) = style.split_once("@media (prefers-color-scheme:dark){").unwrap();
    let light = colours(light);
    let mut all = light.clone();
    all.extend(colours(dark));
    assert_eq!(all.len(), light.len(), "the dark form sets what the light one does not");
    for (form, colours) in [("light", &light), ("dark", &all)] {
        let colour = |class: &str, property: &str| colours[&(class.to_owned(), property.to_owned())];
        let mut pairs = Vec::new();
        for ground in ["page", "stripe", "plate", "free"] {
            for text in ["text", ".muted", ".short"] {
                pairs.push((text.trim_start_matches('.'), "fill", ground, 4.5));
            }
            for pool in ["pool-1", "pool-2", "pool-3", "pool-4"] {
                pairs.push((pool, "fill", ground, 3.0));
            }
        }
        for pool in ["pool-1", "pool-2", "pool-3", "pool-4"] {
            pairs.push(("on-pool", "fill", pool, 4.5));
        }
        for (mark, property) in [("mark", "fill"), ("track", "stroke"), ("free", "stroke"), ("over", "stroke")] {
            pairs.push((mark, property, "page", 3.0));
        }
        for (mark, property) in [("ink", "stroke"), ("dot", "fill"), ("over", "stroke")] {
            pairs.push((mark, property, "ground", 3.0));
        }
        for (mark, property, ground, least) in pairs {
            let found = contrast(colour(mark, property), colour(ground, "fill"));
            assert!(found >= least, "{form}: {mark} on {ground}: {found:.2}");
        }
    }
}

fn colours(rules: &str) -> Colours {
    let mut colours = Colours::new();
    for line in rules.lines().filter(|line| line.contains('#')) {
        let (selector, body) = line.trim().strip_prefix(".podnet ").unwrap().split_once('{').unwrap();
        for declaration in body.trim_end_matches('}').split(';') {
            let (property, value) = declaration.split_once(':').unwrap();
            if let Some(hex) = value.strip_prefix('#') {
                let part = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
                colours.insert(
                    (selector.trim_start_matches('.').to_owned(), property.to_owned()),
                    [part(0), part(2), part(4)],
                );
            }
        }
    }
    colours
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}
