/* SPDX-License-Identifier: Apache-2.0 */
/* test_source_mbox.c: where a mail of a mailbox file ends, and which files are mails at all. */
#include "collector/adapter.h"
#include "tests/collector/files.h"

#define HEAD "From ana@example.ro Sat Nov 21 10:00:00 2026\n"
#define MAIL(id)                                                                         \
	"From: ana@example.ro\nSubject: Re: x\nMessage-ID: <" id "@x.ro>\n\n5\n\n"

/* clang-format off */
static const struct {
	const char *name;
	struct sv bytes;
	size_t records;
	const char *has; /* in what is told of them */
} rows[] = {
	{ "a.mbox", SV_INIT(HEAD MAIL("a") "unu\n\n" HEAD MAIL("b") "doi\n"), 2, "b@x.ro" },
	{ "crlf.mbox", SV_INIT("From - Sat Nov 21 10:00:00 2026\r\nFrom: a@x.ro\r\nMessage-ID: <a@x.ro>\r\n\r\n5\r\n\r\n"
			       "From - Sat Nov 21 10:00:00 2026\r\nFrom: a@x.ro\r\nMessage-ID: <b@x.ro>\r\n\r\n4\r\n"), 2, "b@x.ro" },
	{ "quoted.mbox", SV_INIT(HEAD MAIL("a") ">From ieri la 10:00 nu merge\n"), 1, "|From ieri la 10:00" },
	{ "said.mbox", SV_INIT(HEAD MAIL("a") "bun\n\nFrom now on all is fine\n"), 1, "From now on" },
	{ "inside.mbox", SV_INIT(HEAD MAIL("a") "bun\nFrom 10:00 to 11:00 nobody came\n"), 1, "From 10:00" },
	{ "a.eml", SV_INIT("Subject: Re: x\nFrom: a@x.ro\nMessage-ID: <e@x.ro>\n\n4\n"), 1, "e@x.ro" },
};
/* clang-format on */

Test(mail_files, mails_end_where_the_next_begins)
{
	struct import_options o = { .mime_program = OPINIA_BINARY_DIR "/opinia-mime" };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place p = place_of(rows[i].name, rows[i].bytes);
		struct import_progress end;
		struct buf told;

		buf_init(&told, 0);
		end = read_all(p.path, &o, &told);
		cr_expect_eq(end.records, rows[i].records, "%s: %s", rows[i].name,
			     told.p);
		cr_expect(told.p && strstr(told.p, rows[i].has), "%s: %s", rows[i].name,
			  told.p);
		buf_release(&told);
		place_clear(&p);
	}
}

Test(mail_files, tables_and_texts_are_no_mails)
{
	static const struct {
		struct sv head;
		const char *kind;
	} heads[] = {
		{ SV_INIT("From,To\na,b\n"), "csv" },
		{ SV_INIT("From a friend: hello\n"), "csv" },
		{ SV_INIT("id,csat\n1,5\n"), "csv" },
		{ SV_INIT("Subject: x\n\nhello\n"), "csv" },
		{ SV_INIT("{\"From\":1}\n"), "jsonl" },
		{ SV_INIT("Received: by x\n\tfor y\nTo: a\n\n"), "eml" },
		{ SV_INIT(HEAD "From: a\n"), "mbox" },
	};

	for (size_t i = 0; i < COUNT(heads); i++)
		cr_expect_str_eq(adapter_for_file(heads[i].head)->kind, heads[i].kind,
				 "row %zu", i);
}
