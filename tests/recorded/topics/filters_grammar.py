"""The filter language: grammar, literals, operators (contract 2.1 to 2.4)."""

from topics import Topic

OPERATORS = [
    'n = 10', 'n != 10', 'n > 9', 'n >= 9', 'n < 1', 'n <= 1', 'n = -1.5', 'n > -2 && n < 0', 'n = 10.0', 'n = 10.50',
    'n = 2.5', 'n >= 1000000000000000000000', 't = "hello"', "t = 'hello'", 't != "hello"', 't > "h"', 't >= "hello"',
    't < "A"', 't <= "10"', 'b = true', 'b = false', 'b != true', 'b = TRUE', 'b = False', 'b = 1', 'b = 0', 'b > false',
    'n ?= 10', 'n ?!= 10', 'n ?> 9', 'n ?>= 9', 'n ?< 1', 'n ?<= 1', 't ?~ "ell"', 't ?!~ "ell"', 'd > "2024-01-02"',
    'd >= "2024-01-02 03:04:05.678Z"', 'd < "2024-01-02T00:00:00Z"', 'd ~ "2024-0"', 'd = ""', 'd != ""',
    '10 = n', '"hello" = t', '1 = 1', '1 = 2', '"a" = "a"', '"a" = "b"', 'true = true', 'true = 1', '1 < "a"', '"1" = 1',
    't = t', 'n = n', 'n > b', 'id = "pr0000000000002"', 'id ~ "0002"', 'id != "pr0000000000002"',
    't="hello"||t="Hello"&&n=10', '(t="hello"||t="Hello")&&n=10', 't="hello"&&n=1||n=10', 'n=1||n=9&&t="9"||n=10&&t="x"',
    '((((n = 1))))', '(((((((((((((((((((n = 1)))))))))))))))))))', '(n=1)||(n=9)', '(n=1||n=9)&&(b=true)', '( n = 1 )',
    'n=1||(n=9&&(t="9"||t="8"))', '  n   =   1  ', 'n\t=\t1', 'n\n=\n1', 'n=1&&t="1"', 'n=1  &&\n\t t="1"',
]
COMMENTS = [
    'n = 1 // one', '// first\nn = 1', 'n = // between\n1', 'n = 1 // a\n|| n = 9 // b', 'n = 1 //', '//\nn=1', '(n = 1 // in\n)',
    '(n = 1 // with ) paren\n)', '(n = 1 // with " quote\n)', "(n = 1 // it's\n)", '(n = 1 // ( open\n)', '// only', '//', '// a\n// b',
    't = "// no comment"', 'n = 1 / 2', 'n = 1 /* no */', 'n=1//x\n&&t="1"',
]
ERRORS = [
    ' ', '\n', '()', '( )', '(', ')', '((n=1)', '(n=1))', 'n', 'n =', '= 1', '= =', 'n == 1', 'n =~ 1', 'n === 1', 'n <> 1', 'n => 1', 'n =< 1',
    'n !> 1', 'n ! 1', 'n !== 1', 'n ?? 1', 'n ?1', 'n ? = 1', 'n ~~ 1', '!n', '!(n=1)', 'not n=1', 'n = 1 and n = 2', 'n = 1 or n = 2',
    'n = 1 & n = 2', 'n = 1 | n = 2', 'n = 1 &&', '&& n = 1', 'n = 1 || || n = 2', 'n = 1 &&& n = 2', 'n = 1 n = 2', 'n = 1, n = 2',
    'n = 1;', 'n in (1,2)', 'n is null', 'b', 'true', 'n + 1 = 2', 'n = 1 + 1', 'n = +1', 'n = .5', 'n = 5.', 'n = 1e3', 'n = 0x10', 'n = 1_000',
    'n = --1', 'n = - 1', 'n = -', 'n = 1.2.3', 'n = 1\r', 'n\u00a0= 1', 't = "abc', "t = 'abc", 't = abc"', "t = 'it''s'", 't = "a""b"', 't = `x`',
    't = “x”', 'üml = 1', 't.ü = 1', 'n = 1 = 1', '(n = 1) = 1', 'n = (1)', '(n) = 1', 'n = 1 (n = 2)', '(n=1)(n=2)', '(n=1) n=2', 'n = 1 && ()',
    'unknown = 1', 'N = 10', 'collectionId = "x"', 'collectionName = "x"', 'expand = "x"', '# = 1', '#n = 1', '@ = 1', '@foo = 1', '_ = 1', '. = 1',
    'n. = 1', 'n: = 1', '.n = 1', ':n = 1', 'n.. = 1', 't..x = 1', 'n:unknown = 1', 't:lower:length = 1', 't:: = 1', 'j[0] = 1', 'j.0] = 1', 'n.x = 1',
    't.a.b = 1', 'rs.unknown = 1', 'rs.name.x = 1', 'rowid = 1', '_rowid_ = 1', '@rowid = 1', '@random = 1', 'n = @unknown', 'n = @NOW', 'd < @Now', '%n = 1',
    'n = $1', 'n = {:x}', 'n = ?', 'n = *', 'n = "1" "2"', 'n = 1 --', "n = 1; DROP TABLE posts", "t = '' OR 1=1 --'", 'n = 1 UNION SELECT 1', "t = ''') OR (1=1",
    '[[n]] = 1', '{{n}} = 1', '"n" = 1 2', 'n:lower:each = 1', 't = \\"x\\"', 'n = 1 \\', '\\n = 1', 'f() = 1', 'lower(t) = "x"', 'count(n) = 1',
    'n = 1 && // x', 'n && t', '"x"', '1', 'n~', '~n', 'n ~ ~ 1', 'n = 1 &&& t = 2', '1 = n.', 'null', 'n = nul', 'j. = 1', 'j.a. = 1', 'rs. = 1',
]
ESCAPES = [
    't = "it\'s"', "t = 'it\\'s'", 't = "it\\\'s"', 't = \'say "hi"\'', 't = "say \\"hi\\""', 't = \'say \\"hi\\"\'', 't = "a\\\\b"', 't = "a\\b"', "t = 'a\\\\b'",
    't = "line\\nbreak\\ttab"', 't = "line\nbreak\ttab"', "t = 'line\\nbreak\\ttab'", 't = "\\u00dcBER"', 't = "\\xdcBER"', 't = "ÜBER"', 't = "\\z"', 't = "a\\_b"',
    't = "100\\%"', 't = "100%"', 't = "a_b"', 't = "\\0"', 't = "\\/"', 't = "\\\\"', 't = "abc(def)"', '(t = "abc(def)")', '(t = "abc(def")', "(t = ')')",
    '(t = "\\")")', 't = ""', "t = ''", 't = " 10 "', 't = "null"', 't = "\\r"', 't = "a\\\\\\\\b"', 't = "😀"', 't ~ "\\n"',
]
LIKE = [
    't ~ "hell"', 't ~ "HELL"', 't ~ "über"', 't ~ "ÜBER"', 't ~ "BER"', 't ~ "h%o"', 't ~ "h%"', 't ~ "%o"', 't ~ "%l%"', 't ~ "%"', 't ~ "%%"', 't ~ ""',
    't ~ "_"', 't ~ "a_b"', 't ~ "%a_b"', 't ~ "a\\\\_b%"', 't ~ "100%"', 't ~ "100\\\\%"', 't ~ "100\\%"', 't ~ "\\\\%"', 't ~ "\\%"', 't ~ "a\\\\b"', 't ~ "\\\\"', 't ~ "a\\\\\\\\b"', 't ~ "\\\\\\\\"',
    't ~ null', 't ~ true', 't ~ false', 't ~ 1', 't ~ 10', 't ~ 1.0', 't ~ 1.5', 'n ~ 1', 'n ~ "1"', 'n ~ "."', 'n ~ "e"', 'n ~ "1.0e"', 'n ~ -1', 'n ~ "%5"', 'b ~ 1', 'b ~ true', 'b ~ "true"', 'b ~ 0',
    't !~ "hell"', 't !~ "%l%"', 't !~ ""', 't !~ null', 'n !~ 1', '"hello" ~ "ell"', '"hello" ~ t', '"say hello 10" ~ t', 't ~ t', 't ~ s', 's ~ t', 's ~ ""', 's !~ ""', 't ~ n', 'n ~ n', 'n ~ t',
    't ~ id', 'd ~ "2024"', 'd ~ "12-31"', 'j ~ "x"', 'j ~ "1"', 'j ~ "k"', 'j ~ "\\"k\\""', 'j ~ "%"', 'j !~ "x"', 'j ~ ""', 'j.k ~ 1', 'j.t ~ "x"', 'j.o ~ "q"', 'j.l ~ "[1,"', 'j.l ~ "1,2"', 'sm ~ "a"', 'sm ~ "\\"a\\""',
    'sm ~ "b\\",\\"c"', 'sm !~ "a"', 'rm ~ "tag"', 'rs ~ "0001"', 'g ~ "lon"', 'g ~ "\\"lon\\":10"', 't ~ "line%break%"', 't ~ "line_break_tab%"', 't ~ "\n"', 't ~ "it\'s"', "t ~ '\"'", 't ~ "%\\\\%%"', 't ~ "%\\%"',
]
MACROS = [
    'd < @now', 'd > @now', 'd != "" && d < @now', 'd <= @yesterday', 'd > @tomorrow', '@now > "2026-01-01"', '@now < "2100-01-01"', '@yesterday < @now', '@tomorrow > @now', '@todayStart <= @now', '@todayEnd >= @now',
    '@monthStart <= @todayStart', '@monthEnd >= @todayEnd', '@yearStart <= @monthStart', '@yearEnd >= @monthEnd', '@todayStart ~ "00:00:00.000Z"', '@todayEnd ~ "23:59:59.999Z"', '@yearStart ~ "-01-01 00:00:00.000Z"',
    '@yearEnd ~ "-12-31 23:59:59.999Z"', '@monthStart ~ "-01 00:00:00.000Z"', '@second >= 0 && @second < 60', '@minute >= 0 && @minute < 60', '@hour >= 0 && @hour < 24', '@day >= 1 && @day <= 31', '@month >= 1 && @month <= 12',
    '@weekday >= 0 && @weekday <= 6', '@year >= 2026', '@year > "2000"', 'n < @year', 't < @now', '@now ~ "Z"', '@now ~ "____-__-__ __:__:__.___Z%"', 'd ~ @now', '@now:lower = ""', '@now.x = 1', '@year:isset = true', 'd < @today', '@todaystart = ""', '@NOW > ""',
]
LIMITS = ["n = 1" + " || n = 1" * 199, "n = 1" + " || n = 1" * 200, "(n = 1" + " || n = 1" * 99 + ") && (n = 1" + " || n = 1" * 99 + ")",
          't = "' + "a" * 3493 + '" ', 't = "' + "a" * 3494 + '" ', 't = "' + "a" * 3495 + '" ', 't = "' + "ü" * 1747 + '"', 't = "' + "ü" * 1748 + '"', "n = 1" + " " * 3495, "n = 1" + " " * 3496,
          "(" * 100 + "n = 1" + ")" * 100, "n = 9007199254740993", "n = 99999999999999999999999999", "n = -0", "n = 00010", "n = 1" + "0" * 21, "n < 0.1000000000000000000001", "n = 0.1", "n >= 100000000000000000000.5"]
GUEST = ['@request.method = "GET"', '@collection.tags.name ?= "red"', 't = "@request.x"', "t = '@collection.'", 't ~ "@request"', '@request = 1', '// @request.\nn = 1', 'n = 1 // @collection.x', 'T = "@REQUEST.x"', 'hid = "h"', 'pw != ""', 'pw = ""', 'pw ~ "$2a$"', 'n = 1', '']


def topics():
    made = [group("operators", OPERATORS), group("comments", COMMENTS), group("errors", ERRORS), group("escapes", ESCAPES),
            group("like", LIKE), group("macros", MACROS), group("limits", LIMITS)]
    guest = Topic("filters_guest")
    for who in ("guest", "users:bob", "su"):
        for text in GUEST:
            guest.filter("probe", text, who)
    return made + [guest]


def group(name, texts):
    topic = Topic("filters_" + name)
    for text in texts:
        topic.filter("probe", text)
    return topic
