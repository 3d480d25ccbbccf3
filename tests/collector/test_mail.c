/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_mail.c: whole mails through the real child to records. tests/mails/files has the mails
 * (NAME.eml) and beside each what must come of it (NAME.expect); here are those that are too
 * big to be kept.
 */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "collector/mail.h"
#include "collector/mail_child.h"
#include "core/mime_wire.h"
#include "tests/collector/files.h"

#define MAILS OPINIA_SOURCE_DIR "/tests/mails/files"
#define PROGRAM OPINIA_BINARY_DIR "/opinia-mime"
#define NOW INT64_C(1795305600000) /* 2026-11-22T00:00:00Z */
enum { MAILS_MIN = 40 };

#define HEAD_OF_FORM                                                                     \
	"From: form@example.ro\r\nTo: survey+f1@exemplu.ro\r\nMessage-ID: <f@x>\r\n"     \
	"Date: Sat, 21 Nov 2026 10:02:00 +0200\r\nAuto-Submitted: "                      \
	"auto-generated\r\n\r\n"

struct reading {
	struct source source;
	struct aside aside;
	struct mail_reader *reader;
	struct batch batch;
};

static void begin(struct reading *r, const char *program)
{
	static const struct setting_pair pairs[] = { { SV_INIT("score"), SV_INIT("nps"),
						       2 } };
	static const struct setting_source said = { SV_INIT("mails"), 1, pairs,
						    COUNT(pairs) };
	static const struct import_options options = { .source = "mails" };
	struct source_settings settings = { .name = "mails", .said = &said };
	struct err err = ERR_NONE;

	*r = (struct reading){ .reader = NULL };
	settings.rows = mail_rows(&settings.row_count);
	cr_assert_eq(source_settings_check(&settings, &err), ERR_CONFIG,
		     "adapter is missing, all else is known");
	aside_init(&r->aside, NULL, "mails");
	cr_assert_eq(mail_open(&r->reader, &r->source, &settings, &options, NULL, program,
			       &r->aside, &err),
		     0, "%s", err.text);
	batch_init(&r->batch);
}

static void end(struct reading *r)
{
	mail_close(r->reader);
	aside_release(&r->aside);
	batch_release(&r->batch);
	cr_expect_eq(waitpid(-1, NULL, WNOHANG), -1, "no child is left behind");
	cr_expect_eq(errno, ECHILD);
}

static int take(struct reading *r, struct sv raw, int64_t at, struct err *err)
{
	return mail_take(r->reader, raw, "a place", at, &r->batch, err);
}

/* ---- what came of a mail, in lines ------------------------------------------------------- */

static void tell(struct buf *b, const char *name, struct sv value)
{
	if (value.n)
		buf_printf(b, "%s: " SV_FMT "\n", name, SV_ARG(value));
}

static void tell_one(struct buf *b, const struct record *r)
{
	char when[WHEN_TEXT_MAX];

	buf_printf(b, "%s\n", record_kind_name(r->kind));
	tell(b, "id", r->external_id);
	tell(b, "interaction", r->interaction);
	tell(b, "customer", r->customer);
	for (size_t i = 0; i < r->score_count; i++)
		buf_printf(b, "score: %s %d/%d..%d\n", score_kind_name(r->scores[i].kind),
			   r->scores[i].value, r->scores[i].min, r->scores[i].max);
	tell(b, "language", r->language);
	if (r->delivery == DELIVERY_BOUNCED)
		buf_str(b, "delivery: bounced\n");
	if (record_clock(r) != TIME_NONE) {
		when_format(record_clock(r), when);
		buf_printf(b, "at: %s\n", when);
	}
	if (r->comment.n)
		buf_str(b, "comment: ");
	for (size_t i = 0; i < r->comment.n; i++)
		buf_printf(b, r->comment.p[i] == '\n' ? " | " : "%c", r->comment.p[i]);
	if (r->comment.n)
		buf_char(b, '\n');
}

/* Everything that the last mail added. */
static void tell_all(struct reading *r, struct buf *b)
{
	buf_clear(b);
	for (size_t i = 0; i < r->batch.count; i++) {
		struct err err;

		cr_expect_eq(record_check(&r->batch.records[i], &err), 0, "%s", err.text);
		cr_expect_eq(r->batch.records[i].channel, CHANNEL_EMAIL);
		cr_expect(sv_eq(r->batch.records[i].origin, SV("a place")));
		cr_expect(sv_eq(r->batch.records[i].source, SV("mails")));
		tell_one(b, &r->batch.records[i]);
	}
	for (size_t i = 0; i < r->source.tally_count; i++)
		buf_printf(b, "tally: %s\n", r->source.tallies[i].what);
	for (size_t i = 0; i < r->aside.said_count; i++)
		buf_printf(b, "aside: %s\n", r->aside.said[i].why + strlen("a place: "));
	batch_reset(&r->batch);
	r->source.tally_count = 0;
	r->aside.said_count = 0;
}

static void read_file(const char *name, const char *suffix, struct buf *b)
{
	char path[400];

	snprintf(path, sizeof(path), MAILS "/%s%s", name, suffix);
	buf_clear(b);
	slurp(path, b);
}

/* A hash for an id is the same each time: that is what is asked of it. */
static void without_hash(struct buf *b)
{
	ptrdiff_t at = sv_find(buf_sv(b), SV("id: "));

	if (at < 0 || b->n < (size_t)at + 37 || b->p[at + 36] != '\n' ||
	    strspn(b->p + at + 4, "0123456789abcdef") != 32)
		return;
	memmove(b->p + at + 8, b->p + at + 36, b->n - (size_t)at - 36);
	memcpy(b->p + at + 4, "HASH", 4);
	b->n -= 28;
}

static void check_file(struct reading *r, const char *name)
{
	struct buf raw, expected, got;
	struct err err = ERR_NONE;
	bool dated = strcmp(name, "no-date") != 0;

	buf_init(&raw, 0);
	buf_init(&expected, 0);
	buf_init(&got, 0);
	read_file(name, ".eml", &raw);
	read_file(name, ".expect", &expected);
	cr_expect_eq(take(r, buf_sv(&raw), dated ? TIME_NONE : NOW, &err), 0, "%s: %s",
		     name, err.text);
	tell_all(r, &got);
	without_hash(&got);
	cr_expect(sv_eq(buf_sv(&got), buf_sv(&expected)),
		  "%s:\n" SV_FMT "--- instead of:\n" SV_FMT, name, SV_ARG(buf_sv(&got)),
		  SV_ARG(buf_sv(&expected)));
	buf_release(&raw);
	buf_release(&expected);
	buf_release(&got);
}

Test(mail, what_must_come_of_each_mail_comes_of_it)
{
	struct reading r;
	struct dirent *e;
	DIR *d = opendir(MAILS);
	int all = 0;

	cr_assert(d != NULL);
	begin(&r, PROGRAM);
	while ((e = readdir(d))) {
		size_t n = strlen(e->d_name);

		if (n < 5 || strcmp(e->d_name + n - 4, ".eml") != 0)
			continue;
		e->d_name[n - 4] = 0;
		check_file(&r, e->d_name);
		all++;
	}
	closedir(d);
	end(&r);
	cr_expect_geq(all, MAILS_MIN);
}

/* ---- forms ------------------------------------------------------------------------------- */

Test(mail, a_form_is_read_as_the_source_was_told)
{
	static const char *const maps[] = { "csat=Cât de mulțumit sunteți",
					    "attr.shop=Magazin",
					    "comment=Ce putem face mai bine",
					    "customer=E-mail" };
	static const char *const scales[] = { "csat=1..10" };
	static const struct import_options options = { .source = "mails",
						       .maps = maps,
						       .map_count = COUNT(maps),
						       .scales = scales,
						       .scale_count = COUNT(scales) };
	static const char mail[] =
		HEAD_OF_FORM "Cât de mulțumit sunteți? : 8\r\nMagazin: Cluj\r\nE-mail: "
			     "maria@example.ro\r\n"
			     "Ce putem face mai bine:\r\nMai repede.\r\nAtât.\r\n\r\n> "
			     "Magazin: Iași\r\n";
	struct reading r;
	struct buf got;
	struct err err = ERR_NONE;

	buf_init(&got, 0);
	begin(&r, PROGRAM);
	mail_close(r.reader);
	cr_assert_eq(mail_open(&r.reader, &r.source, NULL, &options, NULL, PROGRAM,
			       &r.aside, &err),
		     0, "%s", err.text);
	cr_expect_eq(take(&r, sv_of(mail), TIME_NONE, &err), 0, "%s", err.text);
	cr_assert_eq(r.batch.count, 1u);
	cr_expect(sv_eq(r.batch.records[0].attrs[0].value, SV("Cluj")));
	tell_all(&r, &got);
	cr_expect(sv_eq(buf_sv(&got), SV("feedback\nid: f@x\ninteraction: f1\ncustomer: "
					 "maria@example.ro\n"
					 "score: csat 8/1..10\nat: 2026-11-21T08:02:00Z\n"
					 "comment: Mai repede. | Atât.\n")),
		  SV_FMT, SV_ARG(buf_sv(&got)));
	cr_expect_eq(r.source.progress.records, 1u);
	end(&r);
	buf_release(&got);
}

/* ---- bombs ------------------------------------------------------------------------------- */

#define HEAD                                                                             \
	"From: ana@example.ro\r\nTo: survey+s1@exemplu.ro\r\nMessage-ID: <b@x>\r\n"      \
	"Date: Sat, 21 Nov 2026 10:02:00 +0200\r\n"

/* @head, then @n times @piece (a %d in it is the number of the time), then @tail. */
struct bomb {
	const char *name, *head, *piece;
	int n;
	const char *tail;
	const char *why; /* how the reason begins; NULL: it is taken, somehow */
};

static const struct bomb bombs[] = {
	{ "a million parts", HEAD "Content-Type: multipart/mixed; boundary=q\r\n\r\n",
	  "--q\r\n\r\nx\r\n", 1000000, "--q--\r\n", "it has more than 1000 parts" },
	{ "two million headers", HEAD, "X: y\r\n", 2000000, "\r\n9\r\n",
	  "it has too many lines of headers" },
	{ "a header of a megabyte", HEAD "X: ", " yyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n",
	  32000, "\r\n9\r\n", "it has too many lines of headers" },
	{ "one line of a megabyte", HEAD "X: ", "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", 32000,
	  "\r\n\r\n9\r\n", "its header is over 64 KiB" },
	{ "headers in a part",
	  HEAD "Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n", "X: y\r\n",
	  2000000, "\r\n9\r\n--q--\r\n", "it has too many lines of headers" },
	{ "headers of a mail inside", HEAD "Content-Type: message/rfc822\r\n\r\n",
	  "X: y\r\n", 2000000, "\r\n9\r\n", "it has too many lines of headers" },
	{ "parts in parts", HEAD,
	  "Content-Type: multipart/mixed; boundary=q%d\r\n\r\n--q%d\r\n", 900,
	  "\r\n9\r\n", "its parts are nested deeper than 32" },
	{ "mails in mails", HEAD, "Content-Type: message/rfc822\r\n\r\n", 100000,
	  "\r\n9\r\n", "it has too many lines of headers" },
	{ "thirty megabytes", HEAD "\r\n", "0123456789012345678901234567890\r\n", 1000000,
	  "", "it is over 25 MiB" },
	{ "nothing but tags", HEAD "Content-Type: text/html\r\n\r\n9<p>",
	  "<div><blockquote><<a <b", 40000, "", NULL },
	{ "entities", HEAD "Content-Type: text/html\r\n\r\n9<p>", "&&amp&#xfffff;&amp;",
	  50000, "", NULL },
	{ "colons", HEAD "\r\n9\r\n",
	  "in 2026 10:10 a scris: la 2026 10:10 a scris: a: b: c: d: e: f: g:\r\n", 15000,
	  "", NULL },
	{ "empty lines", HEAD "\r\n9\r\n", "\n\n\n\n\n\n\n\n", 120000, "ok\r\n", NULL },
	{ "words of a header", HEAD "Subject:", " =?utf-8?Q?=C4=83?= =?x?b?%d?=", 1500,
	  "\r\n\r\n9\r\n", NULL },
	{ "brackets", HEAD "Cc: ", "((((\"((((<@<@<@", 4000, "\r\n\r\n9\r\n", NULL },
	{ "references", HEAD "References: ", "<%d@x> ", 5000, "\r\n\r\n9\r\n", NULL },
};

static void build(const struct bomb *bomb, struct buf *b)
{
	buf_clear(b);
	buf_str(b, bomb->head);
	for (int i = 0; i < bomb->n; i++) {
		for (const char *p = bomb->piece; *p; p++)
			if (p[0] == '%' && p[1] == 'd') {
				buf_printf(b, "%d", i);
				p++;
			} else {
				buf_char(b, *p);
			}
	}
	buf_str(b, bomb->tail);
}

Test(mail, bombs_are_set_aside_or_taken_and_the_next_mail_lands, .timeout = 120)
{
	struct reading r;
	struct buf raw, got;
	struct err err = ERR_NONE;

	buf_init(&raw, 0);
	buf_init(&got, 0);
	begin(&r, PROGRAM);
	for (size_t i = 0; i < COUNT(bombs); i++) {
		const struct bomb *bomb = &bombs[i];
		int64_t from = when_now();

		build(bomb, &raw);
		cr_expect_eq(take(&r, buf_sv(&raw), TIME_NONE, &err), 0, "%s: %s",
			     bomb->name, err.text);
		cr_log_info("%s, %zu bytes: %lld ms", bomb->name, raw.n,
			    (long long)(when_now() - from));
		tell_all(&r, &got);
		if (bomb->why)
			cr_expect(sv_starts(buf_sv(&got), SV("aside: ")) &&
					  sv_find(buf_sv(&got), sv_of(bomb->why)) == 7,
				  "%s: " SV_FMT, bomb->name, SV_ARG(buf_sv(&got)));
		else
			cr_expect(sv_starts(buf_sv(&got), SV("feedback")), "%s: " SV_FMT,
				  bomb->name, SV_ARG(buf_sv(&got)));
		cr_expect_eq(take(&r, SV(HEAD "\r\n9\r\nok\r\n"), TIME_NONE, &err), 0);
		tell_all(&r, &got);
		cr_expect(sv_find(buf_sv(&got), SV("comment: ok")) > 0, "behind %s",
			  bomb->name);
	}
	end(&r);
	buf_release(&raw);
	buf_release(&got);
}

/* ---- the child --------------------------------------------------------------------------- */

Test(mail, a_child_that_dies_costs_one_mail_at_most)
{
	struct mail_child c;
	struct cancel cancel;
	struct err err = ERR_NONE;
	struct reading r;
	struct buf got;
	struct sv fields, mail = SV(HEAD "\r\n9\r\n");

	mail_child_init(&c, PROGRAM, NULL);
	cr_expect_eq(mail_child_ask(&c, mail, &fields, &err), 0, "%s", err.text);
	kill(c.pid, SIGKILL);
	cr_expect_eq(mail_child_ask(&c, mail, &fields, &err), 0, "another was started");
	cr_expect_eq(mail_child_ask(&c, SV(""), &fields, &err), ERR_INPUT);
	mail_child_release(&c);

	mail_child_init(&c, "/nowhere/opinia-mime", NULL);
	cr_expect_eq(mail_child_ask(&c, mail, &fields, &err), ERR_SYSTEM);
	cr_expect(strstr(err.text, "/nowhere/opinia-mime") != NULL, "%s", err.text);
	mail_child_release(&c);

	cr_assert_eq(cancel_init(&cancel, &err), 0);
	cancel_ask(&cancel);
	mail_child_init(&c, PROGRAM, &cancel);
	cr_expect_eq(mail_child_ask(&c, mail, &fields, &err), ERR_AGAIN);
	mail_child_release(&c);
	cancel_release(&cancel);

	buf_init(&got, 0);
	begin(&r, "/bin/false");
	cr_expect_eq(take(&r, mail, NOW, &err), 0, "%s", err.text);
	cr_expect_eq(r.source.progress.rejected, 1u);
	tell_all(&r, &got);
	cr_expect(sv_eq(buf_sv(&got), SV("aside: the mail took the reader down\n")),
		  SV_FMT, SV_ARG(buf_sv(&got)));
	end(&r);
	buf_release(&got);
}

Test(mail, a_full_batch_takes_nothing_and_patterns_are_checked)
{
	static const struct setting_pair pairs[] = {
		{ SV_INIT("token"), SV_INIT("survey+{who}@"), 7 },
	};
	static const struct setting_source said = { SV_INIT("m"), 1, pairs, 1 };
	static const struct import_options options = { .source = "m" };
	struct source_settings settings = { .name = "m", .said = &said };
	struct reading r;
	struct mail_reader *m;
	struct err err = ERR_NONE;

	begin(&r, PROGRAM);
	for (size_t i = 0; i < BATCH_RECORDS; i++)
		cr_assert(batch_add(&r.batch, KIND_FEEDBACK) != NULL);
	cr_expect_eq(take(&r, SV(HEAD "\r\n9\r\n"), NOW, &err), ERR_AGAIN);
	cr_expect_eq(r.batch.count, (size_t)BATCH_RECORDS);
	cr_expect_eq(r.source.progress.rows, 0u);

	settings.rows = mail_rows(&settings.row_count);
	cr_expect_eq(
		mail_open(&m, &r.source, &settings, &options, NULL, PROGRAM, NULL, &err),
		ERR_CONFIG);
	cr_expect(strstr(err.text, "opinia.conf:7: [source m] token: ") == err.text, "%s",
		  err.text);
	end(&r);
}
