/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_tail.c: a log that grows, is renamed, copied and truncated, compressed away: each scenario
 * is a row of steps, and says which lines must come out, each once and in order.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "collector/tail.h"
#include "tests/collector/files.h"

/*
 * Steps, separated by blanks: w:TEXT append to the live file (/ is a line end, _ a blank);
 * o:TEXT append to NAME.1; m:A>B rename; c:A>B copy; t:A truncate; x:A remove; e:A make it empty
 * and new; r read what there is; k close, and open again with the cursor.
 */
static void step(const char *dir, const char *what, struct tail **t, struct buf *cursor,
		 struct buf *told);

static void path_in(char *out, size_t size, const char *dir, struct sv name)
{
	snprintf(out, size, "%s/" SV_FMT, dir, SV_ARG(name));
}

static int64_t clock_ns;

/* Times of files are ours: a test is faster than a file system's clock. */
static void touch(const char *path)
{
	struct timespec at[2];

	clock_ns += 1000000000;
	at[0] = at[1] = (struct timespec){ 1700000000 + clock_ns / 1000000000, 0 };
	cr_assert_eq(utimensat(AT_FDCWD, path, at, 0), 0);
}

static void append(const char *dir, const char *name, const char *text)
{
	char path[200];
	FILE *f;

	path_in(path, sizeof(path), dir, sv_of(name));
	f = fopen(path, "ab");
	cr_assert(f != NULL);
	for (; *text; text++)
		fputc(*text == '/' ? '\n' : *text == '_' ? ' ' : *text, f);
	fclose(f);
	touch(path);
}

static void read_lines(struct tail *t, struct buf *told)
{
	struct err err = ERR_NONE;
	struct sv line;
	bool got = true, cut;

	while (got) {
		cr_assert_eq(tail_line(t, &line, &got, &cut, &err), 0, "%s", err.text);
		if (got)
			buf_printf(told, SV_FMT "%s ", SV_ARG(line), cut ? "(cut)" : "");
	}
}

static void reopen(const char *dir, struct tail **t, struct buf *cursor)
{
	struct err err = ERR_NONE;
	struct arena a;
	struct sv c;
	char path[200];

	arena_init(&a, 0);
	if (*t) {
		cr_assert_eq(tail_cursor(*t, &a, &c, &err), 0);
		buf_clear(cursor);
		buf_sv_put(cursor, c);
		tail_close(*t);
	}
	path_in(path, sizeof(path), dir, SV("log"));
	cr_assert_eq(tail_open(t, path, buf_sv(cursor), &err), 0, "%s", err.text);
	arena_release(&a);
}

static void two_files(const char *dir, char op, struct sv names)
{
	char a[200], b[200], bytes[4096];
	struct sv from = sv_cut(&names, '>');
	FILE *in, *out;
	size_t n;

	path_in(a, sizeof(a), dir, from);
	path_in(b, sizeof(b), dir, names);
	if (op == 'm') {
		cr_assert_eq(rename(a, b), 0);
		return;
	}
	in = fopen(a, "rb");
	out = fopen(b, "wb");
	cr_assert(in && out);
	n = fread(bytes, 1, sizeof(bytes), in);
	fwrite(bytes, 1, n, out);
	fclose(in);
	fclose(out);
	touch(b);
}

static void step(const char *dir, const char *what, struct tail **t, struct buf *cursor,
		 struct buf *told)
{
	char path[200];

	path_in(path, sizeof(path), dir, sv_of(what[1] ? what + 2 : ""));
	switch (what[0]) {
	case 'w':
		append(dir, "log", what + 2);
		break;
	case 'o':
		append(dir, "log.1", what + 2);
		break;
	case 'm':
	case 'c':
		two_files(dir, what[0], sv_of(what + 2));
		break;
	case 't':
		cr_assert_eq(truncate(path, 0), 0);
		break;
	case 'x':
		cr_assert_eq(unlink(path), 0);
		break;
	case 'e':
		append(dir, what + 2, "");
		break;
	case 'k':
		reopen(dir, t, cursor);
		break;
	default:
		read_lines(*t, told);
	}
}

static const struct {
	const char *name, *steps, *lines;
	bool lost;
} rows[] = {
	{ "grows", "w:a/b/ k r w:c/ r r", "a b c ", false },
	{ "half a line waits", "w:a/b k r w:c/d r w:/ r", "a bc d ", false },
	{ "half a line waits over a restart", "w:a/b k r k w:c/ r", "a bc ", false },
	{ "renamed", "w:a/ k r m:log>log.1 w:b/ r", "a b ", false },
	{ "renamed with something left", "w:a/ k r w:b/ m:log>log.1 w:c/ r", "a b c ",
	  false },
	{ "renamed while nobody looked", "w:a/ k r w:b/ k m:log>log.1 w:c/ k r", "a b c ",
	  false },
	{ "the writer stays in the renamed one",
	  "w:a/ k r m:log>log.1 e:log r o:b/ r w:c/ r", "a b c ", false },
	{ "the same over a restart", "w:a/ k r m:log>log.1 e:log k r o:b/ r w:c/ r",
	  "a b c ", false },
	{ "renamed, and no new one yet", "w:a/ k r m:log>log.1 r k r w:b/ r", "a b ",
	  false },
	{ "half a line of a renamed one is a line", "w:a/b k r m:log>log.1 w:c/ r",
	  "a b c ", false },
	{ "renamed twice", "w:a/ k r m:log>log.1 w:b/ m:log.1>log.2 m:log>log.1 w:c/ r",
	  "a b c ", false },
	{ "renamed twice while nobody looked",
	  "w:a/ k r k w:b/ m:log>log.1 w:c/ m:log.1>log.2 m:log>log.1 w:d/ k r",
	  "a b c d ", false },
	{ "by date", "w:a/ k r w:b/ m:log>log-20261121 w:c/ r", "a b c ", false },
	{ "copied and truncated", "w:a/ k r w:b/ c:log>log.1 t:log w:c/ r", "a b c ",
	  false },
	{ "copied, truncated, and grown over the place",
	  "w:aa/ k r w:b/ c:log>log.1 t:log w:cc/dd/ee/ff/ r", "aa b cc dd ee ff ",
	  false },
	{ "copied and truncated while nobody looked",
	  "w:a/ k r k w:b/ c:log>log-20261121 t:log w:c/ k r", "a b c ", false },
	{ "truncated without a copy", "w:a/b/ k r t:log w:c/ r", "a b c ", true },
	{ "truncated to nothing", "w:a/b/ k r t:log r w:c/ r", "a b c ", true },
	{ "rotated and compressed away", "w:a/ k r k w:b/ m:log>log.1.gz w:c/ k r",
	  "a c ", true },
	{ "rotated and removed", "w:a/ k r k m:log>log.1 w:c/ x:log.1 k r", "a c ",
	  true },
	{ "held open while it is removed", "w:a/ k r w:b/ m:log>log.1 x:log.1 w:c/ r",
	  "a b c ", false },
	{ "oldest first, counting down",
	  "w:a/ m:log>log.2 w:b/ m:log>log.1 w:c/ k r w:d/ r", "a b c d ", false },
	{ "oldest first, counting up", "w:a/ m:log>log.0 w:b/ m:log>log.1 w:c/ k r",
	  "a b c ", false },
	{ "neighbours are no part of it",
	  "w:x/ m:log>log.rejected w:y/ m:log>logger w:z/ m:log>log.1.xz w:a/ k r", "a ",
	  false },
	{ "only a rotated one", "w:a/ m:log>log.1 k r", "a ", false },
	{ "line ends of the other sort", "w:a\r/b\r/ k r", "a b ", false },
	{ "empty lines", "w://a// k r", "  a  ", false },
	{ "an empty file", "e:log k r w:a/ r", "a ", false },
};

Test(tail, each_line_comes_once_whatever_happens_to_the_file)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place p = { "/tmp/opinia-test-XXXXXX", "" };
		char steps[300], *one, *rest = steps;
		struct buf cursor, told;
		struct tail *t = NULL;

		cr_assert(mkdtemp(p.dir) != NULL);
		snprintf(steps, sizeof(steps), "%s", rows[i].steps);
		buf_init(&cursor, 0);
		buf_init(&told, 0);
		while ((one = strsep(&rest, " ")))
			step(p.dir, one, &t, &cursor, &told);
		cr_expect(sv_eq(buf_sv(&told), sv_of(rows[i].lines)), "%s: \"%s\"",
			  rows[i].name, told.p ? told.p : "");
		cr_expect_eq(tail_lost(t), rows[i].lost, "%s", rows[i].name);
		tail_close(t);
		buf_release(&cursor);
		buf_release(&told);
		place_clear(&p);
	}
}

static void long_lines(struct buf *b, size_t n)
{
	buf_str(b, "first\n");
	for (size_t i = 0; i < n; i++)
		buf_char(b, (char)('a' + i % 26));
	buf_str(b, "\nlast\n");
}

Test(tail, a_line_over_the_ceiling_is_cut_and_the_next_is_whole)
{
	static const size_t sizes[] = { TAIL_LINE_MAX - 1, TAIL_LINE_MAX,
					TAIL_LINE_MAX + 1, TAIL_WINDOW,
					3 * TAIL_WINDOW + 17 };

	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct err err = ERR_NONE;
		struct place p;
		struct buf b;
		struct tail *t;
		struct sv line;
		bool got, cut;
		char place[100];
		uint64_t size;

		buf_init(&b, 0);
		long_lines(&b, sizes[i]);
		p = place_of("log", buf_sv(&b));
		cr_assert_eq(tail_open(&t, p.path, SV(""), &err), 0, "%s", err.text);
		cr_assert(!tail_line(t, &line, &got, &cut, &err) && got && !cut);
		cr_assert(!tail_line(t, &line, &got, &cut, &err) && got);
		cr_expect_eq(cut, sizes[i] > TAIL_LINE_MAX, "%zu", sizes[i]);
		cr_expect_eq(line.n, cut ? (size_t)TAIL_LINE_MAX : sizes[i]);
		cr_expect_eq(line.p[line.n - 1], 'a' + (char)((line.n - 1) % 26));
		cr_assert(!tail_line(t, &line, &got, &cut, &err) && got && !cut);
		cr_expect(sv_eq(line, SV("last")));
		tail_place(t, place, sizeof(place));
		cr_expect_str_eq(place, "log:3");
		cr_expect_eq(tail_bytes(t, &size), b.n);
		cr_expect_eq(size, b.n);
		tail_close(t);
		buf_release(&b);
		place_clear(&p);
	}
}

Test(tail, what_cannot_be_opened_is_said)
{
	struct place p = place_of("log", SV("a\n"));
	struct err err = ERR_NONE;
	struct tail *t;

	cr_expect_eq(tail_open(&t, p.path, SV("nonsense"), &err), ERR_INPUT);
	cr_expect_null(t);
	cr_assert_eq(unlink(p.path), 0);
	cr_expect_eq(tail_open(&t, p.path, SV(""), &err), ERR_MISSING);
	cr_expect(strstr(err.text, "log") != NULL);
	cr_expect_eq(tail_open(&t, "/nowhere/at/all", SV(""), &err), ERR_MISSING);
	place_clear(&p);
}
