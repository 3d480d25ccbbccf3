/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_source_files.c: a folder that files are put into: what comes is read once, what grew is
 * read on, what changed is read again, what is moved has landed, and a stop costs nothing.
 */
#include <pthread.h>
#include <sys/stat.h>
#include <utime.h>

#include "collector/source_files.h"
#include "core/cancel.h"
#include "tests/collector/files.h"

struct desk {
	char dir[64], in[80], rejected[80], conf[80];
	struct arena arena;
	struct settings *settings;
	struct collect_env env;
	struct opinia_sources *sources;
	struct opinia_collect *collect;
	struct buf cursor; /* what the store would have */
};

static void desk_init(struct desk *d, const char *more)
{
	struct buf conf;
	struct err err = ERR_NONE;

	*d = (struct desk){ .dir = "/tmp/opinia-test-XXXXXX" };
	cr_assert(mkdtemp(d->dir) != NULL);
	snprintf(d->in, sizeof(d->in), "%s/in", d->dir);
	snprintf(d->rejected, sizeof(d->rejected), "%s/rejected", d->dir);
	snprintf(d->conf, sizeof(d->conf), "%s/opinia.conf", d->dir);
	cr_assert_eq(mkdir(d->in, 0700), 0);
	buf_init(&conf, 0);
	buf_init(&d->cursor, 0);
	buf_printf(&conf,
		   "[source nightly]\nadapter = files\npath = %s\nsettle = 0s\n"
		   "channel = phone\nmap.csat = Ocena rozmowy\n"
		   "values.csat = dobrze=5 słabo=1\n%s",
		   d->in, more);
	spill(d->conf, buf_sv(&conf));
	buf_release(&conf);
	arena_init(&d->arena, 0);
	cr_assert_eq(settings_read(&d->settings, d->conf, &d->arena, &err), 0, "%s",
		     err.text);
	d->env.rejected_dir = d->rejected;
	d->env.now = TIME_NONE;
	cr_assert_eq(opinia_sources_open(&d->sources, d->settings, &d->env, &err), 0,
		     "%s", err.text);
	cr_assert_eq(opinia_collect_open(&d->collect, d->sources, 0, &err), 0, "%s",
		     err.text);
}

static void remove_all(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[400];

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (e->d_name[0] != '.' && unlink(path))
			remove_all(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

static void desk_clear(struct desk *d)
{
	opinia_collect_close(d->collect);
	opinia_sources_close(d->sources);
	arena_release(&d->arena);
	buf_release(&d->cursor);
	remove_all(d->dir);
}

static void put(struct desk *d, const char *name, const char *text)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s", d->in, name);
	spill(path, sv_of(text));
}

static bool is_there(const char *dir, const char *name)
{
	char path[200];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return stat(path, &st) == 0;
}

/* A round as collect does it: until up to date; @land batches of it land, the rest is lost. */
static int round_of(struct desk *d, size_t land, struct buf *told)
{
	struct buf now;
	struct batch b;
	struct err err = ERR_NONE;
	int rc;

	buf_init(&now, 0);
	buf_sv_put(&now, buf_sv(&d->cursor));
	buf_clear(told);
	buf_str(told, "");
	batch_init(&b);
	for (;;) {
		rc = opinia_collect_pull(d->collect, buf_sv(&now), &b, &err);
		if (rc || (!b.count && !b.cursor.n))
			break;
		buf_clear(&now);
		buf_sv_put(&now, b.cursor);
		if (!land)
			continue;
		land--;
		cr_expect(sv_eq(b.source, SV("nightly")));
		for (size_t i = 0; i < b.count; i++)
			tell_record(told, &b.records[i]);
		buf_clear(&d->cursor);
		buf_sv_put(&d->cursor, b.cursor);
	}
	if (rc)
		buf_printf(told, "%d: %s", rc, err.text);
	batch_release(&b);
	buf_release(&now);
	return rc;
}

#define HEAD "id;Ocena rozmowy;komentarz\n"

Test(files, what_comes_is_read_once_what_grew_is_read_on_and_what_changed_again)
{
	/* clang-format off */
	static const struct {
		const char *name, *text; /* put before the round; NULL: nothing */
		const char *told;
	} rounds[] = {
		{ NULL, NULL, "" },
		{ "a.csv", HEAD "1;dobrze;ok\n2;4;może\n",
		  "a.csv:2|feedback|phone|1|ok|csat=5/1..5\na.csv:3|feedback|phone|2|może|csat=4/1..5\n" },
		{ NULL, NULL, "" },
		{ "a.csv", HEAD "1;dobrze;ok\n2;4;może\n3;słabo;nie\n",
		  "a.csv:4|feedback|phone|3|nie|csat=1/1..5\n" },
		{ "a.csv", HEAD "1;1;ok\n2;4;może\n3;słabo;nie\n4;3;\n",
		  "a.csv:2|feedback|phone|1|ok|csat=1/1..5\na.csv:3|feedback|phone|2|może|csat=4/1..5\n"
		  "a.csv:4|feedback|phone|3|nie|csat=1/1..5\na.csv:5|feedback|phone|4|csat=3/1..5\n" },
		{ "b.jsonl", "{\"id\":7,\"Ocena rozmowy\":\"dobrze\"}\n", "b.jsonl:1|feedback|phone|7|csat=5/1..5\n" },
		/* a line without its end may be half of one: it is read again when there is more */
		{ "c.csv", HEAD "1;2;poc", "c.csv:2|feedback|phone|1|poc|csat=2/1..5\n" },
		{ "c.csv", HEAD "1;2;początek\n", "c.csv:2|feedback|phone|1|początek|csat=2/1..5\n" },
		{ ".hidden.csv", HEAD "1;2;x\n", "" },
		{ "d.csv.part", HEAD "1;2;x\n", "" },
		{ "~$e.xlsx", "x", "" },
		{ "empty.csv", "", "" },
		/* what is no file of records is said once, and tried again when it changed */
		{ "f.csv", "nothing,known\n1,2\n", "" },
		{ NULL, NULL, "" },
		{ "f.csv", HEAD "1;5;\n", "f.csv:2|feedback|phone|1|csat=5/1..5\n" },
		{ "g.csv", HEAD "1;nie wiem;x\n2;2;y\n", "g.csv:3|feedback|phone|2|y|csat=2/1..5\n" },
	};
	/* clang-format on */
	struct desk d;
	struct buf told;
	size_t n;

	desk_init(&d, "");
	buf_init(&told, 0);
	for (size_t i = 0; i < COUNT(rounds); i++) {
		usleep(20000); /* a file's time has ticks of some milliseconds */
		if (rounds[i].name)
			put(&d, rounds[i].name, rounds[i].text);
		cr_expect_eq(round_of(&d, SIZE_MAX, &told), 0, "%zu: %s", i, told.p);
		cr_expect_str_eq(told.p, rounds[i].told, "round %zu: %s", i, told.p);
	}
	cr_expect_eq(opinia_collect_progress(d.collect).rejected, 2u);
	cr_expect(sv_starts(sv_of(opinia_collect_rejects(d.collect, &n)[1].why),
			    SV("g.csv:2: csat: \"nie wiem\"")));
	cr_expect_eq(n, 2u);
	cr_expect_eq(opinia_collect_tallies(d.collect, &n)->n, 1u);
	cr_expect(is_there(d.rejected, "nightly-g.csv.rejected"));
	cr_expect(is_there(d.in, "a.csv"), "it stays unless done = move");
	buf_release(&told);
	desk_clear(&d);
}

/* More rows than a batch has. */
static void put_many(struct desk *d, const char *name, size_t rows)
{
	struct buf b;

	buf_init(&b, 0);
	buf_str(&b, HEAD);
	for (size_t i = 0; i < rows; i++)
		buf_printf(&b, "%zu;%zu;x\n", i, 1 + i % 5);
	put(d, name, b.p);
	buf_release(&b);
}

static size_t lines(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->p[i] == '\n';
	return n;
}

Test(files,
     a_run_that_was_stopped_goes_on_where_it_had_landed_and_only_then_is_a_file_moved)
{
	struct desk d;
	struct buf told, again;
	struct err err = ERR_NONE;

	desk_init(&d, "done = move\n");
	buf_init(&told, 0);
	buf_init(&again, 0);
	put_many(&d, "long.csv", 3 * BATCH_RECORDS + 7);
	round_of(&d, 2, &told);
	cr_expect_eq(lines(&told), 2u * BATCH_RECORDS);
	opinia_collect_close(d.collect);
	cr_assert_eq(opinia_collect_open(&d.collect, d.sources, 0, &err), 0);
	round_of(&d, 1, &again);
	cr_expect(sv_starts(buf_sv(&again), SV("long.csv:4098|")), "%.40s", again.p);
	cr_expect_eq(lines(&again), (size_t)BATCH_RECORDS);
	cr_expect(is_there(d.in, "long.csv"), "it has not landed");
	round_of(&d, SIZE_MAX, &again);
	cr_expect_eq(lines(&again), 7u);
	cr_expect(is_there(d.in, "long.csv"), "it may not have landed");
	round_of(&d, SIZE_MAX, &again);
	cr_expect_eq(again.n, 0u);
	cr_expect(is_there(d.in, "done/long.csv") && !is_there(d.in, "long.csv"));
	put(&d, "long.csv", HEAD "1;5;another of the same name\n");
	round_of(&d, SIZE_MAX, &again);
	cr_expect_eq(lines(&again), 1u);
	round_of(&d, SIZE_MAX, &again);
	cr_expect(is_there(d.in, "done/long.csv") && is_there(d.in, "done/long.csv.1"));
	buf_release(&told);
	buf_release(&again);
	desk_clear(&d);
}

Test(files, a_file_that_may_still_grow_is_left_for_later)
{
	struct desk d;
	struct buf told;
	char path[160];
	struct utimbuf old = { 1772359200, 1772359200 };

	desk_init(&d, "settle = 1h\n");
	buf_init(&told, 0);
	put(&d, "a.csv", HEAD "1;5;x\n");
	round_of(&d, SIZE_MAX, &told);
	cr_expect_eq(told.n, 0u, "%s", told.p);
	snprintf(path, sizeof(path), "%s/a.csv", d.in);
	cr_assert_eq(utime(path, &old), 0);
	round_of(&d, SIZE_MAX, &told);
	cr_expect_eq(lines(&told), 1u);
	buf_release(&told);
	desk_clear(&d);
}

Test(files, what_is_remembered_is_bounded_and_foreign_cursors_are_none)
{
	static const char *const foreign[] = {
		"", "{", "[]", "7", "{\"files\":7}", "{\"files\":[7,{},{\"name\":\"\"}]}"
	};
	struct known_files *k = calloc(1, sizeof(*k)), *back = calloc(1, sizeof(*back));
	struct arena a;
	char name[32];

	arena_init(&a, 0);
	for (int i = 0; i < FILES_KNOWN + 500; i++) {
		struct known_file *f;
		struct sv kept;

		snprintf(name, sizeof(name), "ănd \"%d\".csv", i);
		cr_assert(arena_copy(&a, sv_of(name), &kept));
		f = known_files_add(k, kept);
		f->print = (struct fingerprint){
			.size = 10, .changed = 1000 + i, .head = UINT64_MAX, .tail = 1
		};
		f->given = 3;
		f->done = true;
	}
	cr_expect_eq(k->count, (size_t)FILES_KNOWN);
	cr_expect_eq(k->before, 1500);
	known_files_read(back, known_files_write(k, &a), &a);
	cr_expect_eq(back->count, k->count);
	cr_expect_eq(back->before, 1500);
	for (size_t i = 0; i < back->count; i++)
		cr_assert(sv_eq(back->at[i].name, k->at[i].name) && back->at[i].done &&
			  back->at[i].given == 3 &&
			  fingerprint_same(&back->at[i].print, &k->at[i].print));
	for (size_t i = 0; i < COUNT(foreign); i++) {
		known_files_read(back, sv_of(foreign[i]), &a);
		cr_expect_eq(back->count, 0u, "%s", foreign[i]);
	}
	arena_release(&a);
	free(k);
	free(back);
}

static void *write_late(void *desk)
{
	usleep(50000);
	put(desk, "late.csv", HEAD "1;5;x\n");
	return NULL;
}

static void *stop_late(void *cancel)
{
	usleep(50000);
	cancel_ask(cancel);
	return NULL;
}

Test(files, waiting_ends_when_a_file_came_and_when_it_is_cancelled)
{
	struct desk d;
	struct buf told;
	struct cancel stop;
	struct err err = ERR_NONE;
	pthread_t other;
	int64_t began;

	desk_init(&d, "");
	buf_init(&told, 0);
	cr_assert_eq(cancel_init(&stop, &err), 0);
	d.env.cancel = &stop;
	round_of(&d, SIZE_MAX, &told);
	began = when_now();
	cr_assert_eq(pthread_create(&other, NULL, write_late, &d), 0);
	cr_expect_eq(opinia_collect_wait(d.collect, 30000, &err), 0);
	cr_expect_lt(when_now() - began, 29000, "it did not wait to the end");
	pthread_join(other, NULL);
	round_of(&d, SIZE_MAX, &told);
	cr_expect_eq(lines(&told), 1u);
	cr_assert_eq(pthread_create(&other, NULL, stop_late, &stop), 0);
	cr_expect_eq(opinia_collect_wait(d.collect, 30000, &err), ERR_AGAIN);
	pthread_join(other, NULL);
	cr_expect_eq(round_of(&d, SIZE_MAX, &told), ERR_AGAIN);
	cancel_release(&stop);
	buf_release(&told);
	desk_clear(&d);
}
