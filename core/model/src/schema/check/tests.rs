//! Definitions and what a stock server says against them.
