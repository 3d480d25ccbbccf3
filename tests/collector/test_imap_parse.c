/* SPDX-License-Identifier: Apache-2.0 */
/* test_imap_parse.c: what servers say, in pieces of any size; and what is none of it. */
#include <criterion/criterion.h>

#include "collector/imap_parse.h"
#include "core/record.h"
#include "core/when.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* All responses of @bytes, read @step bytes at a time, one a line. */
static void frame_all(struct sv bytes, size_t step, struct buf *told)
{
	struct imap_frame f;
	struct err err = ERR_NONE;

	imap_frame_init(&f);
	for (size_t at = 0; at < bytes.n && !err.code; at += step) {
		struct sv piece = sv_sub(bytes, at, step), line;
		char *room = imap_frame_room(&f);
		bool got = true;

		cr_assert(room != NULL);
		memcpy(room, piece.p, piece.n);
		imap_frame_took(&f, piece.n);
		while (got && !imap_frame_next(&f, &line, &got, &err) && got) {
			buf_sv_put(told, line);
			buf_str(told, "\n--\n");
		}
	}
	if (err.code)
		buf_str(told, err.text);
	else if (imap_frame_half(&f))
		buf_str(told, "half");
	imap_frame_release(&f);
}

Test(imap, a_stream_is_cut_into_responses_whatever_size_the_reads_have)
{
	/* clang-format off */
	static const struct {
		struct sv bytes;
		const char *told;
	} rows[] = {
		{ SV_INIT("* OK hello\r\no1 OK done\r\n"), "* OK hello\n--\no1 OK done\n--\n" },
		{ SV_INIT("* 1 FETCH (BODY[] {5}\r\na\r\nb) UID 7)\r\n+ go\r\n"),
		  "* 1 FETCH (BODY[] {5}\r\na\r\nb) UID 7)\n--\n+ go\n--\n" },
		{ SV_INIT("* 1 FETCH (BODY[] {0}\r\n X {2+}\r\n\r\n)\r\n"),
		  "* 1 FETCH (BODY[] {0}\r\n X {2+}\r\n\r\n)\n--\n" },
		{ SV_INIT("* OK text that ends so {5}\r\n* 3 EXISTS\r\n"),
		  "* OK text that ends so {5}\n--\n* 3 EXISTS\n--\n" },
		{ SV_INIT("o1 NO {9}\r\n+ {9}\r\n"), "o1 NO {9}\n--\n+ {9}\n--\n" },
		{ SV_INIT("* LIST () \"/\" a{x}\r\n* LIST () \"/\" }\r\n"),
		  "* LIST () \"/\" a{x}\n--\n* LIST () \"/\" }\n--\n" },
		{ SV_INIT("* 3 EXISTS\n"), "* 3 EXISTS\n--\n" },
		{ SV_INIT("* 1 FETCH (BODY[] {5}\r\nab"), "half" },
		{ SV_INIT("* 1 FETCH (BODY[] {26214402}\r\n"),
		  "a piece of 26214402 bytes is announced, 26214401 at most are read" },
		{ SV_INIT("* 1 FETCH (BODY[] {99999999999}\r\n* 2 EXISTS\r\n"),
		  "* 1 FETCH (BODY[] {99999999999}\n--\n* 2 EXISTS\n--\n" },
		{ SV_INIT("\r\n\r\n"), "\n--\n\n--\n" },
	};
	/* clang-format on */
	static const size_t steps[] = { 1, 2, 3, 7, 1000 };

	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k < COUNT(steps); k++) {
			struct buf told;

			buf_init(&told, 0);
			frame_all(rows[i].bytes, steps[k], &told);
			cr_expect_str_eq(told.p ? told.p : "", rows[i].told,
					 "row %zu by %zu", i, steps[k]);
			buf_release(&told);
		}
}

Test(imap, what_never_ends_is_given_up)
{
	static char line[IMAP_LINE_MAX + 5000];
	struct buf told;

	memset(line, 'x', sizeof(line));
	memcpy(line, "* SEARCH ", 9);
	buf_init(&told, 0);
	frame_all((struct sv){ line, sizeof(line) }, 4000, &told);
	cr_expect_str_eq(told.p, "a line of more than 65536 bytes");
	buf_release(&told);
}

Test(imap, responses_are_told_apart)
{
	/* clang-format off */
	static const struct {
		const char *line;
		int rc;
		enum imap_kind kind;
		enum imap_status status;
		uint32_t number;
		const char *name, *code, *rest;
	} rows[] = {
		{ "* 17 EXISTS", 0, IMAP_UNTAGGED, IMAP_DATA, 17, "EXISTS", "", "" },
		{ "* search 1 2", 0, IMAP_UNTAGGED, IMAP_DATA, 0, "search", "", "1 2" },
		{ "* OK [UIDNEXT 5] next", 0, IMAP_UNTAGGED, IMAP_OK, 0, "", "UIDNEXT 5", "next" },
		{ "* bye [UNAVAILABLE] later", 0, IMAP_UNTAGGED, IMAP_BYE, 0, "", "UNAVAILABLE", "later" },
		{ "o1 NO [ no end", 0, IMAP_TAGGED, IMAP_NO, 0, "", "", "[ no end" },
		{ "o1 BAD", 0, IMAP_TAGGED, IMAP_BAD, 0, "", "", "" },
		{ "+ idling", 0, IMAP_CONTINUE, IMAP_DATA, 0, "", "", " idling" },
		{ "+", 0, IMAP_CONTINUE, IMAP_DATA, 0, "", "", "" },
		{ "HTTP/1.1 400 Bad Request", ERR_INPUT, IMAP_TAGGED, IMAP_DATA, 0, "", "", "" },
		{ "", ERR_INPUT, IMAP_TAGGED, IMAP_DATA, 0, "", "", "" },
		{ "*", ERR_INPUT, IMAP_UNTAGGED, IMAP_DATA, 0, "", "", "" },
		{ "* 99999999999 EXISTS", 0, IMAP_UNTAGGED, IMAP_DATA, 0, "99999999999", "", "EXISTS" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct imap_response r;

		cr_expect_eq(imap_read(sv_of(rows[i].line), &r, NULL), rows[i].rc,
			     "row %zu", i);
		if (rows[i].rc)
			continue;
		cr_expect(r.kind == rows[i].kind && r.status == rows[i].status, "row %zu",
			  i);
		cr_expect(r.number == rows[i].number, "row %zu", i);
		cr_expect(sv_eq(r.name, sv_of(rows[i].name)), "row %zu", i);
		cr_expect(sv_eq(r.code, sv_of(rows[i].code)), "row %zu", i);
		cr_expect(sv_eq(r.rest, sv_of(rows[i].rest)), "row %zu", i);
	}
}

static int fetch(const char *line, struct imap_fetched *f)
{
	struct imap_response r;
	int rc = imap_read(sv_of(line), &r, NULL);

	return rc ? rc : imap_fetched(&r, f, NULL);
}

Test(imap, fetched_mails_are_taken_apart)
{
	/* clang-format off */
	static const struct {
		const char *line;
		uint32_t uid;
		int64_t bytes;
		const char *body;
		const char *structure;
	} rows[] = {
		{ "* 1 FETCH (UID 7 RFC822.SIZE 517)", 7, 517, NULL, "" },
		{ "* 1 FETCH (FLAGS (\\Seen $x) UID 8 BODY[]<0> {4}\r\na)\"b)", 8, -1, "a)\"b", "" },
		{ "* 1 FETCH (BODY[HEADER.FIELDS (FROM TO)] \"a\\\"b\" UID 9)", 9, -1, "a\\\"b", "" },
		{ "* 1 FETCH (UID 9 BODY[] NIL)", 9, -1, NULL, "" },
		{ "* 1 FETCH (UID 1 BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" (\"CHARSET\" \"utf-8\") NIL NIL \"8bit\" 5 1)"
		  "(\"text\" \"html\" NIL NIL NIL \"7bit\" 5 1) \"alternative\" (\"boundary\" \"x\") NIL NIL))",
		  1, -1, NULL, "text/plain, text/html" },
		{ "* 1 FETCH (X-NEW ((a b) (\"c\" NIL)) UID 4)", 4, -1, NULL, "" },
		{ "* 1 FETCH ()", 0, -1, NULL, "" },
	};
	static const char *const damaged[] = {
		"* 1 FETCH", "* 1 FETCH (", "* 1 FETCH (UID)", "* 1 FETCH (UID x)", "* 1 FETCH (UID 0)",
		"* 1 FETCH (UID 1", "* 1 FETCH (UID 1) x", "* 1 FETCH (BODY[] {9}\r\nab)", "* 1 FETCH (BODY[ \"a\")",
		"* 1 FETCH (BODY[] \"a)", "* 1 FETCH (BODY[] (a))", "* 1 FETCH (RFC822.SIZE -1)", "* FETCH (UID 1)",
		"* 1 FETCH (A ((((((((((((((((((((((((((((((((((((((((((1)",
	};
	/* clang-format on */
	struct imap_fetched f;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf told;

		buf_init(&told, 0);
		cr_expect_eq(fetch(rows[i].line, &f), 0, "row %zu", i);
		cr_expect(f.uid == rows[i].uid && f.bytes == rows[i].bytes, "row %zu", i);
		cr_expect_eq(f.has_body, rows[i].body != NULL, "row %zu", i);
		cr_expect(sv_eq(f.body, sv_of(rows[i].body)), "row %zu", i);
		imap_structure(f.structure, &told);
		cr_expect_str_eq(told.p ? told.p : "", rows[i].structure);
		buf_release(&told);
	}
	for (size_t i = 0; i < COUNT(damaged); i++)
		cr_expect_eq(fetch(damaged[i], &f), ERR_INPUT, "%s", damaged[i]);
}

Test(imap, dates_numbers_and_folders_are_read)
{
	/* clang-format off */
	static const struct {
		const char *date;
		int64_t s; /* -1: none */
	} dates[] = {
		{ "21-Nov-2026 12:00:05 +0200", 1795255205 }, { " 1-Mar-2026 00:00:00 -0130", 1772328600 },
		{ "29-Feb-2026 00:00:00 +0000", -1 }, { "21-Nop-2026 12:00:05 +0200", -1 },
		{ "21-Nov-2026 12:00:05 *0200", -1 }, { "21-Nov-2026", -1 }, { "", -1 },
	};
	static const struct {
		const char *utf8, *utf7;
	} names[] = {
		{ "INBOX", "INBOX" }, { "Ankiety/Wysłane", "Ankiety/Wys&AUI-ane" }, { "R&D", "R&-D" },
		{ "Răspunsuri", "R&AQM-spunsuri" }, { "日本語", "&ZeVnLIqe-" }, { "a😀b", "a&2D3eAA-b" },
		{ "łł x ł", "&AUIBQg- x &AUI-" },
	};
	static const char *const none[] = { "&AUI", "&A-", "&2D0-", "&AUI*-", "&3gA-" };
	/* clang-format on */
	struct sv rest = SV(" 4  7 x 9");
	struct imap_response r;
	uint32_t n = 0;

	for (size_t i = 0; i < COUNT(dates); i++)
		cr_expect_eq(imap_date(sv_of(dates[i].date)),
			     dates[i].s < 0 ? TIME_NONE : dates[i].s * MS_SECOND, "%s",
			     dates[i].date);
	for (size_t i = 0; i < COUNT(names); i++) {
		struct buf out, back;

		buf_init(&out, 0);
		buf_init(&back, 0);
		cr_expect(imap_utf7(sv_of(names[i].utf8), &out));
		cr_expect_str_eq(out.p, names[i].utf7);
		cr_expect(imap_utf8(buf_sv(&out), &back));
		cr_expect_str_eq(back.p, names[i].utf8);
		buf_release(&out);
		buf_release(&back);
	}
	for (size_t i = 0; i < COUNT(none); i++) {
		struct buf out;

		buf_init(&out, 0);
		cr_expect_not(imap_utf8(sv_of(none[i]), &out), "%s", none[i]);
		buf_release(&out);
	}
	cr_expect(imap_number(&rest, &n) && n == 4);
	cr_expect(imap_number(&rest, &n) && n == 7);
	cr_expect_not(imap_number(&rest, &n));
	cr_expect_eq(imap_read(SV("* ESEARCH (TAG \"o4\") UID MIN 5 MAX 12773 COUNT 7"),
			       &r, NULL),
		     0);
	cr_expect(imap_esearch(&r, "MIN", &n) && n == 5);
	cr_expect(imap_esearch(&r, "COUNT", &n) && n == 7);
	cr_expect_eq(imap_read(SV("* ESEARCH (TAG \"o4\") UID"), &r, NULL), 0);
	cr_expect_not(imap_esearch(&r, "MIN", &n));
}

Test(imap, lists_name_folders_that_can_be_opened)
{
	/* clang-format off */
	static const struct {
		const char *line, *name;
		char delimiter;
	} rows[] = {
		{ "* LIST (\\HasNoChildren) \"/\" INBOX", "INBOX", '/' },
		{ "* LIST () \".\" \"Ankiety.Wys&AUI-ane\"", "Ankiety.Wysłane", '.' },
		{ "* LIST () \"\\\\\" {5}\r\na\"b c", "a\"b c", '\\' },
		{ "* LIST () NIL \"a\\\"b\"", "a\"b", 0 },
		{ "* LIST (\\Noselect) \"/\" Arhiva", NULL, 0 },
		{ "* LIST \"/\" INBOX", NULL, 0 }, { "* LIST (", NULL, 0 }, { "* LIST () 7 x", NULL, 0 },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct imap_response r;
		struct buf name;
		char delimiter;

		buf_init(&name, 0);
		cr_expect_eq(imap_read(sv_of(rows[i].line), &r, NULL), 0);
		cr_expect_eq(imap_listed(&r, &name, &delimiter), rows[i].name != NULL,
			     "%s", rows[i].line);
		if (rows[i].name) {
			cr_expect_str_eq(name.p, rows[i].name);
			cr_expect_eq(delimiter, rows[i].delimiter);
		}
		buf_release(&name);
	}
}
