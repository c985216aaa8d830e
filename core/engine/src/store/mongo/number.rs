//! The texts of numbers and lists, and the numbers of texts, as the dialect spells them.

use mongodb::bson::{Bson, Decimal128, doc};

use super::expr::{all, any, cond, literal, op, switch, text, two, with};

/// Numbers from here on, and down to its negative, do not fit 64 bits.
const WHOLE: f64 = 9.223_372_036_854_775e18;

/// The text of a number that is never null. Whole doubles print as integers where `plain`; in JSON
/// only what is kept as an integer has no point.
pub(super) fn number_text(number: Bson, plain: bool) -> Bson {
    with(number, "number", |number| {
        let kind = op("$type", number.clone());
        let integer = op("$in", vec![kind, Bson::Array(vec!["int".into(), "long".into()])]);
        let whole = all([
            two("$lt", op("$abs", number.clone()), WHOLE),
            two("$eq", number.clone(), op("$trunc", number.clone())),
        ]);
        let as_integer = op("$toString", op("$toLong", number.clone()));
        let is_integer = if plain { any([integer, whole]) } else { integer };
        cond(is_integer, as_integer, general(number))
    })
}

/// C's `%.15g`, with a point: 15 significant digits, zeros cut off, an exponent below 1e-4 and from
/// 1e15 on.
fn general(number: Bson) -> Bson {
    let decimal = op("$toDecimal", number.clone());
    // Far below one, the text always has an exponent: `1.50000000000000E-399`.
    let far = two("$multiply", decimal.clone(), far_below());
    let parts = op("$split", vec![op("$toString", far), text("E")]);
    with(parts, "parts", |parts| {
        let exponent = two("$add", op("$toInt", two("$arrayElemAt", parts.clone(), 1)), FAR);
        with(exponent, "exponent", |exponent| {
            let mantissa = pointed(two("$arrayElemAt", parts.clone(), 0));
            let size = op("$toString", op("$abs", exponent.clone()));
            let padded = cond(
                two("$lt", op("$abs", exponent.clone()), 10),
                two("$concat", "0", size.clone()),
                size,
            );
            let sign = cond(two("$lt", exponent.clone(), 0), "e-", "e+");
            let scientific = op("$concat", vec![mantissa, sign, padded]);
            let small = all([two("$gte", exponent.clone(), -4), two("$lt", exponent, 15)]);
            let zero = (two("$eq", number, 0), text("0.0"));
            switch(vec![zero, (small, pointed(op("$toString", decimal)))], scientific)
        })
    })
}

/// How far below one numbers are moved to show their digits.
const FAR: i32 = 1000;

fn far_below() -> Bson {
    "1E-1000".parse::<Decimal128>().map_or(Bson::Null, Bson::Decimal128)
}

/// Digits with a point: without the zeros at their end, but for one right after the point.
fn pointed(digits: Bson) -> Bson {
    with(digits, "digits", |digits| {
        let cut = op("$rtrim", doc! { "input": digits.clone(), "chars": "0" });
        with(cut, "cut", |cut| {
            let last = op(
                "$substrBytes",
                vec![
                    cut.clone(),
                    two("$subtract", op("$strLenBytes", cut.clone()), 1),
                    Bson::Int32(1),
                ],
            );
            let has_point = two("$gte", two("$indexOfBytes", digits.clone(), "."), 0);
            let ended = cond(two("$eq", last, "."), two("$concat", cut.clone(), "0"), cut);
            cond(has_point, ended, two("$concat", digits, ".0"))
        })
    })
}

/// The number a whole text spells, or the text. What is given is never null.
pub(super) fn decimal_or_text(value: Bson) -> Bson {
    with(value, "spelled", |value| {
        let blanks = " \t\n\u{b}\u{c}\r";
        let trimmed = op("$trim", doc! { "input": value.clone(), "chars": blanks });
        let number = with(trimmed, "trimmed", |trimmed| {
            let shape = r"\A[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\z";
            let fits = op("$regexMatch", doc! { "input": trimmed.clone(), "regex": shape });
            let convert = doc! { "input": trimmed, "to": "double", "onError": value.clone() };
            cond(fits, op("$convert", convert), value.clone())
        });
        cond(two("$eq", op("$type", value.clone()), "string"), number, value)
    })
}

/// The compact JSON text of a list of texts that is never null.
pub(super) fn list_text(items: Bson) -> Bson {
    let joined = op(
        "$reduce",
        doc! {
            "input": items,
            "initialValue": "",
            "in": op("$concat", vec![
                Bson::String("$$value".to_owned()),
                cond(two("$eq", "$$value", ""), "", ","),
                text("\""),
                with(Bson::String("$$this".to_owned()), "item", escaped),
                text("\""),
            ]),
        },
    );
    op("$concat", vec![text("["), joined, text("]")])
}

/// A text as it stands between the quotes of JSON.
pub(super) fn escaped(value: Bson) -> Bson {
    let each = doc! { "input": "$$value", "find": "$$this.find", "replacement": "$$this.by" };
    let escape = |pairs: Vec<(String, String)>, value: Bson| {
        let pairs: Vec<Bson> =
            pairs.into_iter().map(|(find, by)| doc! { "find": find, "by": by }.into()).collect();
        let replace = op("$replaceAll", each.clone());
        op("$reduce", doc! { "input": literal(pairs), "initialValue": value, "in": replace })
    };
    let usual = [("\\", "\\\\"), ("\"", "\\\"")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    let control = (0..0x20_u8).map(|code| (char::from(code).to_string(), control_escape(code)));
    // Few texts have anything to escape.
    let has = |pattern: &str| op("$regexMatch", doc! { "input": value.clone(), "regex": pattern });
    let all = usual.iter().cloned().chain(control).collect();
    let some = cond(has(r#"["\\]"#), escape(usual.to_vec(), value.clone()), value.clone());
    cond(has(r"[\x{0}-\x{1f}]"), escape(all, value.clone()), some)
}

fn control_escape(code: u8) -> String {
    match code {
        8 => "\\b".to_owned(),
        9 => "\\t".to_owned(),
        10 => "\\n".to_owned(),
        12 => "\\f".to_owned(),
        13 => "\\r".to_owned(),
        code => format!("\\u{code:04x}"),
    }
}
