//! A text's documents as a tree in which everything has its bytes.

use std::ops::Range;

use super::index::{Index, Spans};
use super::{Finding, Pointer};

/// A scalar as the text has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// Its text after unescaping.
    pub text: String,
    /// Written without quotes and not as a block, so that its type depends on the reader.
    pub plain: bool,
}

/// A value with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A scalar.
    Scalar(Scalar, Range<usize>),
    /// A list.
    List(Vec<Node>, Range<usize>),
    /// A map, in the text's order.
    Map(Vec<(Scalar, Range<usize>, Node)>, Range<usize>),
}

impl Node {
    /// Gives the bytes it stands in.
    pub fn span(&self) -> Range<usize> {
        match self {
            Self::Scalar(_, span) | Self::List(_, span) | Self::Map(_, span) => span.clone(),
        }
    }

    /// Visits every scalar, keys included.
    pub fn scalars<'a>(&'a self, visit: &mut impl FnMut(&'a Scalar, &Range<usize>)) {
        match self {
            Self::Scalar(scalar, span) => visit(scalar, span),
            Self::List(items, _) => items.iter().for_each(|item| item.scalars(visit)),
            Self::Map(entries, _) => {
                for (key, span, value) in entries {
                    visit(key, span);
                    value.scalars(visit);
                }
            }
        }
    }
}

/// What a text holds.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// Its documents.
    pub documents: Vec<Node>,
    /// What podnet does not take, in the order of the text.
    pub findings: Vec<Finding>,
}

impl Tree {
    /// Indexes the first document.
    pub(crate) fn index(&self) -> Index {
        let mut index = Index::default();
        if let Some(document) = self.documents.first() {
            walk(document, Pointer::root(), None, &mut index);
        }
        index
    }
}

fn walk(node: &Node, pointer: Pointer, key: Option<Range<usize>>, index: &mut Index) {
    match node {
        Node::Scalar(..) => {}
        Node::List(items, _) => {
            for (number, item) in items.iter().enumerate() {
                walk(item, pointer.index(number), None, index);
            }
        }
        Node::Map(entries, _) => {
            for (name, span, value) in entries {
                walk(value, pointer.key(&name.text), Some(span.clone()), index);
            }
        }
    }
    index.insert(pointer, Spans { key, value: node.span() });
}
