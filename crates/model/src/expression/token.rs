//! The words of an expression.

/// A word.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Number(f64),
    Name(&'a str),
    /// One of `+ - * / ^ ( ) , < >`, or `<=`, `>=`.
    Symbol(&'a str),
    End,
}

/// A word, where it stands (characters from the left, from 1) and how it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spanned<'a> {
    pub token: Token<'a>,
    pub column: usize,
    pub text: &'a str,
}

/// The words of `text`, the last one [`Token::End`]; else the column and the piece that is no word.
pub(super) fn tokens(text: &str) -> Result<Vec<Spanned<'_>>, (usize, &str)> {
    let mut words = Vec::new();
    let mut rest = text;
    let mut column = 1;
    while let Some(first) = rest.chars().next() {
        let (token, length) = if first.is_whitespace() {
            rest = &rest[first.len_utf8()..];
            column += 1;
            continue;
        } else if first.is_ascii_digit() || first == '.' {
            let length = number_length(rest);
            let number = rest[..length].parse().map_err(|_| (column, &rest[..length]))?;
            (Token::Number(number), length)
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            (Token::Name(&rest[..length]), length)
        } else if rest.starts_with("<=") || rest.starts_with(">=") {
            (Token::Symbol(&rest[..2]), 2)
        } else if "+-*/^(),<>".contains(first) {
            (Token::Symbol(&rest[..1]), 1)
        } else {
            return Err((column, &rest[..first.len_utf8()]));
        };
        words.push(Spanned { token, column, text: &rest[..length] });
        column += rest[..length].chars().count();
        rest = &rest[length..];
    }
    words.push(Spanned { token: Token::End, column, text: "" });
    Ok(words)
}

/// Bytes of the number `text` starts with: digits, a point, digits, and an exponent if digits follow it.
fn number_length(text: &str) -> usize {
    let digits = |from: usize| from + text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(0);
    if text[end..].starts_with('.') {
        end = digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    end
}
