//! Every store against the meaning of conditions (`Condition::matches`), on random records and
//! random filters. They are the same ones in every run; `PURLIN_TEST_SEED=N` asks others,
//! `PURLIN_TEST_SEED=random` new ones, `PURLIN_TEST_WORLDS=N` more.

// A test that meets what it does not expect fails right there.
#![allow(clippy::unwrap_used)]

#[path = "../backends/mod.rs"]
mod backends;
mod filters;
mod random;
mod twists;
mod world;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_util::stream::{self, StreamExt as _};
use jiff::Timestamp;
use purlin_core::store::{SchemaChange, Store};
use purlin_model::plan::compare::collate;
use purlin_model::plan::{
    Condition, Facts, Key, Order, Output, Page, Planner, Select, Test, Write,
};
use purlin_model::query;
use purlin_model::{Caller, Collection, Json, Record};

use self::backends::{Bench, on_stores};
use self::filters::Writer;
use self::random::Random;
use self::twists::Twister;
use self::world::{NOW, Small};

on_stores! { stores_agree_with_the_meaning_of_conditions }

/// How many filters each world is asked.
const FILTERS: usize = 200;

/// How many of them are asked at once.
const AT_ONCE: usize = 4;

/// A store that holds one world after the other.
struct Stage {
    store: Arc<dyn Store>,
    held: Vec<Write>,
}

impl Stage {
    /// Makes the collections, which all worlds share.
    async fn new(store: Arc<dyn Store>) -> Self {
        let schema = world::schema();
        let changes: Vec<_> =
            schema.collections().iter().cloned().map(SchemaChange::Create).collect();
        store.migrate(&changes, Vec::new()).await.unwrap();
        Stage { store, held: Vec::new() }
    }

    /// Replaces the records by those of a world.
    async fn hold(&mut self, world: &Small) {
        let mut writes = std::mem::take(&mut self.held);
        for record in world.records.values().flatten() {
            let (collection, id) = (record.collection.clone(), record.id().to_owned());
            self.held.push(Write::Delete { collection, id, guards: Vec::new(), was: None });
            writes.push(Write::create(Record::clone(record)));
        }
        self.store.write(writes).await.unwrap();
    }
}

/// What is asked of both: the texts and what they resolved to.
struct Question {
    text: String,
    condition: Condition,
    sort: Vec<Order>,
    mask: Option<Condition>,
}

/// A number of the environment; `random` is one of the clock's.
fn setting(name: &str) -> Option<u64> {
    match std::env::var(name).ok()?.as_str() {
        "random" => {
            let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
            Some(u64::from(clock.subsec_nanos()))
        }
        text => Some(text.parse().unwrap()),
    }
}

async fn stores_agree_with_the_meaning_of_conditions(bench: &Bench) {
    let seed = setting("PURLIN_TEST_SEED").unwrap_or(1);
    let worlds = setting("PURLIN_TEST_WORLDS").unwrap_or(20);
    let (mut random, mut asked, mut wrong) = (Random::new(seed), 0, Vec::new());
    let mut stage = Stage::new(bench.open().await).await;
    for _ in 0..worlds {
        let world = Small::new(&mut random);
        stage.hold(&world).await;
        let mut questions = Vec::new();
        for _ in 0..FILTERS {
            let base = random.pick(&["a", "a", "c", "p"]);
            let base = world.schema.find(base).unwrap().clone();
            questions.extend(question(&mut random, &world, &base).map(|it| (base, it)));
        }
        asked += questions.len() as u64;
        let answers = questions
            .iter()
            .map(|(base, question)| differences(&world, stage.store.as_ref(), base, question));
        let answers: Vec<_> = stream::iter(answers).buffered(AT_ONCE).collect().await;
        wrong.extend(answers.into_iter().flatten());
    }
    stage.store.close().await;
    let resolved = asked * 10 / (worlds * FILTERS as u64);
    assert!(resolved >= 7, "PURLIN_TEST_SEED={seed}: only {asked} texts resolve");
    let shown = wrong.iter().take(20).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(
        wrong.is_empty(),
        "PURLIN_TEST_SEED={seed}: {} of {asked} differ\n{shown}",
        wrong.len()
    );
}

/// A random filter and sort, where they resolve.
fn question(random: &mut Random, world: &Small, base: &Arc<Collection>) -> Option<Question> {
    let record = world.of("c").first().cloned();
    let caller = record.map_or(Caller::System, Caller::Superuser);
    let query = [("q".to_owned(), "a".to_owned())];
    let body = Json::parse(
        br#"{"t":"abc","n":10,"x":true,"sm":["a","b"],"rm":["c0","c1"],"r1":"c0","j":{"k":10}}"#,
    );
    let body = body.unwrap();
    let now = Timestamp::from_millisecond(NOW).unwrap();
    let facts = Facts { query: &query, body: &body, ..Facts::bare(&caller, now) };
    let mut writer = Writer { random, schema: &world.schema };
    let filter = writer.filter(base);
    let sort = if writer.random.one_in(3) { writer.sort(base) } else { String::new() };
    let mask = writer.random.one_in(10).then(|| writer.filter(base));
    let mut planner = if writer.random.one_in(8) && !world.of(&base.id).is_empty() {
        let records = world.of(&base.id);
        Planner::given(&world.schema, &facts, &records[writer.random.below(records.len())])
    } else {
        Planner::new(&world.schema, &facts, base)
    };
    let expr = query::parse(&filter).unwrap_or_else(|error| panic!("{filter}: {error}"));
    let test = planner.filter(&expr).ok()?;
    let sort_items = query::sort(&sort).unwrap_or_else(|error| panic!("{sort}: {error}"));
    let keys = planner.sort(&sort_items).ok()?;
    let spare = match random.one_in(2) {
        true => spare_tests(Writer { random, schema: &world.schema }, base, &mut planner),
        false => Vec::new(),
    };
    let condition = planner.finish(vec![test]);
    let mask_condition = mask.as_ref().and_then(|mask| {
        let mut planner = Planner::new(&world.schema, &facts, base);
        let test = planner.filter(&query::parse(mask).ok()?).ok()?;
        Some(planner.finish(vec![test]))
    });
    let text = format!("{}: {filter} | sort {sort} | mask {mask:?}", base.name);
    let question = Question { text, condition, sort: keys, mask: mask_condition };
    Some(if spare.is_empty() { question } else { twisted(random, question, &spare) })
}

/// A few tests over the rows of a planner.
fn spare_tests(
    mut writer: Writer<'_>,
    base: &Arc<Collection>,
    planner: &mut Planner<'_>,
) -> Vec<Test> {
    let texts = (0..3).map(|_| writer.comparison(base));
    let parsed = texts.map(|text| query::parse(&text).unwrap());
    parsed.filter_map(|expr| planner.filter(&expr).ok()).collect()
}

/// The question with what no text says in it.
fn twisted(random: &mut Random, mut question: Question, spare: &[Test]) -> Question {
    let Condition { rows, test } = &mut question.condition;
    let mut twister = Twister { random, rows, spare };
    question.sort = twister.sort(question.sort);
    *test = twister.test(test.clone());
    if let Some(Condition { rows, test }) = &mut question.mask {
        *test = Twister { random, rows, spare: &[] }.test(test.clone());
    }
    question.text += &format!(" | twisted {test:?} | {:?}", question.sort);
    question
}

/// What a store and the oracle answer differently.
async fn differences(
    world: &Small,
    store: &dyn Store,
    base: &Arc<Collection>,
    question: &Question,
) -> Option<String> {
    let given = matches!(question.condition.rows[0].source, purlin_model::plan::Source::Given(_));
    let select = Select {
        condition: question.condition.clone(),
        sort: if given { Vec::new() } else { question.sort.clone() },
        offset: 0,
        limit: if given { 1 } else { 1000 },
        total: true,
        after: None,
        masks: if given { Vec::new() } else { question.mask.iter().cloned().collect() },
        output: if given { Output::Nothing } else { Output::Records },
    };
    let page = match store.select(&select).await {
        Ok(page) => page,
        Err(error) => {
            return Some(format!("{}\n  {}\n  {error}", question.text, question.condition));
        }
    };
    if given {
        let blank = Record::blank(base);
        let wanted = question.condition.matches(&blank, world);
        let decided = question.condition.decide(&blank);
        let found = page.count > 0;
        let right = found == wanted && decided.is_none_or(|decided| decided == wanted);
        return (!right).then(|| {
            format!(
                "{}\n  {}\n  given: store {found}, memory {wanted}, decided {decided:?}",
                question.text, question.condition
            )
        });
    }
    let wanted = expected(world, base, question);
    let found = answered(&page);
    (wanted != found || page.total != Some(wanted.len() as u64)).then(|| {
        format!(
            "{}\n  {}\n  memory {wanted:?}\n  store  {found:?}\n  asked  {:?}",
            question.text,
            question.condition,
            store.asked(&select)
        )
    })
}

/// The ids a store answered, with its masks.
fn answered(page: &Page) -> Vec<(String, bool)> {
    let masked = |masks: &[bool]| masks.first().copied().unwrap_or(true);
    page.records.iter().map(|it| (it.record.id().to_owned(), masked(&it.masks))).collect()
}

/// The ids the condition holds for, in order, with what the mask says.
fn expected(world: &Small, base: &Arc<Collection>, question: &Question) -> Vec<(String, bool)> {
    let condition = &question.condition;
    let mut found: Vec<_> = world.of(&base.id).iter().enumerate().collect();
    found.retain(|(_, record)| {
        let holds = condition.matches(record, world);
        assert!(condition.decide(record).is_none_or(|it| it == holds), "{}", question.text);
        holds
    });
    found.sort_by(|(a_at, a), (b_at, b)| {
        for order in &question.sort {
            let of = |record| condition.sort_value(order, record, world);
            let by = match order.key {
                Key::Term(_) => collate(&of(a), &of(b)),
                Key::Insertion | Key::Random => a_at.cmp(b_at),
            };
            if by.is_ne() {
                return if order.descending { by.reverse() } else { by };
            }
        }
        a_at.cmp(b_at)
    });
    let masked =
        |record: &Record| question.mask.as_ref().is_none_or(|it| it.matches(record, world));
    found.iter().map(|(_, record)| (record.id().to_owned(), masked(record))).collect()
}
