/* SPDX-License-Identifier: Apache-2.0 */
/* test_source_settings.c: sections of sources: what they may say, secrets, and what is set aside. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector/aside.h"
#include "collector/secrets_held.h"
#include "collector/source_settings.h"
#include "tests/collector/files.h"

static const struct source_row own[] = {
	{ "count", ROW_NUMBER, NULL, "3", 1, 10, "how many" },
	{ "mode", ROW_CHOICE, "a|b", "a", 0, 0, "which" },
	{ "url", ROW_TEXT, "URL", "!", 0, 0, "where" },
};

/* The section of @conf, whose first line is [source x]. */
static struct source_settings section(const char *conf, struct arena *a)
{
	struct place p = place_of("opinia.conf", sv_of(conf));
	struct settings *s;
	struct err err = ERR_NONE;
	size_t n;
	const struct setting_source *said;

	cr_assert_eq(settings_read(&s, p.path, a, &err), 0, "%s", err.text);
	said = settings_sources(s, &n);
	cr_assert_eq(n, 1u);
	place_clear(&p);
	return (struct source_settings){ .name = said->name.p,
					 .file = "opinia.conf",
					 .line = said->line,
					 .said = said,
					 .rows = own,
					 .row_count = COUNT(own),
					 .arena = a };
}

Test(source_settings, each_line_is_checked_and_a_wrong_one_is_named)
{
	static const struct {
		const char *lines, *said; /* NULL: fine */
	} rows[] = {
		{ "adapter=x\nurl=http://a\n", NULL },
		{ "adapter=x\nurl=http://a\ncount=10\nmode=b\nevery=16d\nmap.csat=a.b\n",
		  NULL },
		{ "adapter=x\n", "opinia.conf:2: [source x]: `url` is missing" },
		{ "url=http://a\n", "`adapter` is missing" },
		{ "adapter=x\nurl=u\nurls=v\n",
		  "opinia.conf:4: [source x]: no setting `urls` for "
		  "this adapter; did you mean `url`?" },
		{ "adapter=x\nurl=u\ncount=11\n",
		  "opinia.conf:4: [source x]: count = 11: a whole number from 1 to 10" },
		{ "adapter=x\nurl=u\nmode=c\n", "mode = c: one of a|b is wanted" },
		{ "adapter=x\nurl=u\nevery=5\n", "every = 5: a time such as 30s" },
		{ "adapter=x\nurl=u\nevery=0s\n", "every = 0s: a time such as 30s" },
		{ "adapter=x\nurl=u\nprivate=maybe\n", "private = maybe: yes or no" },
		{ "adapter=x\nurl=u\nmap.=a\n", "no setting `map.`" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char conf[600];
		struct arena a;
		struct err err = ERR_NONE;
		struct source_settings s;
		int rc;

		arena_init(&a, 0);
		snprintf(conf, sizeof(conf), "[source x]\n%s", rows[i].lines);
		s = section(conf, &a);
		rc = source_settings_check(&s, &err);
		cr_expect_eq(rc, rows[i].said ? ERR_CONFIG : 0, "%s: %s", rows[i].lines,
			     err.text);
		if (rows[i].said)
			cr_expect_geq(sv_find(sv_of(err.text), sv_of(rows[i].said)), 0,
				      "%s: %s", rows[i].lines, err.text);
		arena_release(&a);
	}
}

Test(source_settings, presets_durations_and_prefixes_are_read)
{
	struct arena a;
	struct sv rest, value;
	struct source_settings s;

	arena_init(&a, 0);
	s = section("[source "
		    "x]\nadapter=x\nurl=u\nurl=v\nevery=2h\nprivate=yes\nmap.csat=Nota\n"
		    "map.comment=Text\n",
		    &a);
	cr_expect_str_eq(source_text(&s, "url"), "v", "the later line counts");
	cr_expect_str_eq(source_text(&s, "mode"), "a");
	cr_expect_eq(source_number(&s, "count"), 3);
	cr_expect_eq(source_duration_ms(&s, "every"), 2 * (int64_t)MS_HOUR);
	cr_expect_eq(source_duration_ms(&s, "timeout"), MS_MINUTE);
	cr_expect(source_flag(&s, "private"));
	cr_expect_null(source_text(&s, "channel"));
	cr_expect(source_prefixed(&s, "map.", 1, &rest, &value));
	cr_expect(sv_eq(rest, SV("comment")) && sv_eq(value, SV("Text")));
	cr_expect(!source_prefixed(&s, "map.", 2, &rest, &value));
	arena_release(&a);
}

Test(source_settings, secrets_come_from_files_that_nobody_else_reads)
{
	struct place p = place_of("secret", SV("new-one\n\n  old one \n"));
	struct arena a;
	struct err err = ERR_NONE;
	struct sv got[SECRETS_MAX];
	struct source_settings s;
	char conf[300];
	size_t n;

	arena_init(&a, 0);
	snprintf(conf, sizeof(conf), "[source x]\nadapter=x\nurl=u\nsecret_file=%s\n",
		 p.path);
	s = section(conf, &a);
	cr_assert_eq(chmod(p.path, 0600), 0);
	cr_assert_eq(source_secrets(&s, "secret", &a, got, &n, &err), 0, "%s", err.text);
	cr_expect_eq(n, 2u);
	cr_expect(sv_eq(got[0], SV("new-one")) && sv_eq(got[1], SV("old one")));
	cr_assert_eq(chmod(p.path, 0640), 0);
	cr_expect_eq(source_secrets(&s, "secret", &a, got, &n, &err), ERR_CONFIG);
	cr_expect_geq(sv_find(sv_of(err.text), SV("others may read it")), 0, "%s",
		      err.text);
	cr_expect_lt(sv_find(sv_of(err.text), SV("new-one")), 0);
	s = section("[source x]\nadapter=x\nurl=u\nsecret_credential=secret\n", &a);
	s.credentials = p.dir;
	cr_expect_eq(source_secrets(&s, "secret", &a, got, &n, &err), 0, "%s", err.text);
	s = section("[source x]\nadapter=x\nurl=u\nsecret_credential=../secret\n", &a);
	s.credentials = p.dir;
	cr_expect_eq(source_secrets(&s, "secret", &a, got, &n, &err), ERR_CONFIG);
	s = section("[source x]\nadapter=x\nurl=u\n", &a);
	cr_expect_eq(source_secrets(&s, "secret", &a, got, &n, &err), ERR_CONFIG);
	cr_expect_geq(sv_find(sv_of(err.text), SV("secret_file = FILE")), 0, "%s",
		      err.text);
	arena_release(&a);
	place_clear(&p);
}

static void rewrite(const char *path, const char *text, time_t at)
{
	struct timespec times[2] = { { .tv_sec = at }, { .tv_sec = at } };
	FILE *f = fopen(path, "w");

	cr_assert(f && fputs(text, f) >= 0);
	fclose(f);
	if (at)
		cr_assert_eq(utimensat(AT_FDCWD, path, times, 0), 0);
}

Test(source_settings, secrets_that_are_held_are_those_of_the_file_as_it_is)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
		time_t at;		 /* 0: now */
		mode_t mode;
		unsigned seconds; /* that it is left alone first: then it is held */
	} rows[] = {
		{ "first\n", "first", 0, 0600, 0 },
		{ "other\n", "other", 0, 0600, 0 }, /* as long, at once */
		{ "third\n", "third", 1000, 0600, 0 },
		{ "fourth\n", "fourth", 1000, 0600, 0 },
		{ "fourth\n", NULL, 1000, 0644, 0 },
		{ "\n", NULL, 0, 0600, 0 },
		{ "first\n", "first", 0, 0600, 3 },
		{ "other\n", "other", 0, 0600, 0 },
	};
	struct place p = place_of("secret", SV("none yet\n"));
	struct secrets_held *h = secrets_held_new();
	struct sv got[SECRETS_MAX];
	struct source_settings s;
	struct arena a;
	struct err err = ERR_NONE;
	char conf[300];
	size_t n;

	arena_init(&a, 0);
	snprintf(conf, sizeof(conf), "[source x]\nadapter=x\nurl=u\nsecret_file=%s\n",
		 p.path);
	s = section(conf, &a);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rewrite(p.path, rows[i].text, rows[i].at);
		cr_assert_eq(chmod(p.path, rows[i].mode), 0);
		sleep(rows[i].seconds);
		for (unsigned again = 0; again < 3; again++) {
			int rc = secrets_held_get(h, &s, &a, got, &n, &err);

			if (!rows[i].want) {
				cr_expect_eq(rc, ERR_CONFIG, "row %zu", i);
				cr_expect_eq(n, 0u);
				continue;
			}
			cr_assert_eq(rc, 0, "row %zu: %s", i, err.text);
			cr_expect(n == 1 && sv_eq(got[0], sv_of(rows[i].want)), "row %zu",
				  i);
		}
	}
	cr_assert_eq(unlink(p.path), 0);
	cr_expect_eq(secrets_held_get(h, &s, &a, got, &n, &err), ERR_CONFIG);
	secrets_held_free(h);
	arena_release(&a);
	place_clear(&p);
}

Test(source_settings, what_is_set_aside_is_whole_and_stands_there_once)
{
	struct place p = place_of("unused", SV(""));
	struct aside a;
	struct err err = ERR_NONE;
	struct buf b;
	char path[200];
	struct stat st;

	buf_init(&b, 0);
	for (int round = 0; round < 2; round++) {
		aside_init(&a, p.dir, "shop");
		cr_assert_eq(aside_put(&a, "page 3, item 7", "no score",
				       SV("{\"x\":\n1}"), &err),
			     0, "%s", err.text);
		cr_assert_eq(aside_sync(&a, &err), 0);
		cr_expect_eq(a.count, 1u);
		cr_expect_str_eq(a.said[0].why, "page 3, item 7: no score");
		aside_release(&a);
	}
	snprintf(path, sizeof(path), "%s/shop.rejected", p.dir);
	slurp(path, &b);
	cr_expect_geq(
		sv_find(buf_sv(&b), SV("Z page 3, item 7: no score\n{\"x\":\n1}\n\n")), 0,
		"%s", b.p);
	cr_expect_eq(strchr(b.p + 1, '#'), NULL,
		     "the same thing twice stands there once");
	cr_assert_eq(stat(path, &st), 0);
	cr_expect_eq(st.st_mode & 0777, 0600u);
	aside_init(&a, NULL, "shop");
	cr_expect_eq(aside_put(&a, "a", "b", SV("c"), &err), 0, "nowhere is fine too");
	aside_release(&a);
	buf_release(&b);
	place_clear(&p);
}
