//! The database goes away and comes back, or is not what was promised. Each test has a database
//! server of its own.

mod refused;
mod returns;

/// Makes `#[test]`s of functions over a kind of database, one of each kind.
macro_rules! on_servers {
    ($($test:ident),* $(,)?) => {
        on_servers! { postgres Postgres: $($test),* }
        on_servers! { mysql Mysql: $($test),* }
        on_servers! { mongo Mongodb: $($test),* }
    };
    ($name:ident $backend:ident: $($test:ident),*) => {
        mod $name {
            $(
                #[test]
                fn $test() {
                    super::$test(purlin_tests::Backend::$backend);
                }
            )*
        }
    };
}
use on_servers;
