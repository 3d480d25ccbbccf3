/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_source_asterisk_cdr.c: the contract of files; the columns that the three switches give; and
 * what a line comes to, row by row.
 */
#include "collector/cdr_row.h"
#include "tests/collector/contract.h"
#include "tests/collector/phone_kit.h"

#define BASE                                                                             \
	"\"\",\"0721000111\",\"800\",\"from-trunk\",\"\"\"Ion Pop\"\" <0721000111>\","   \
	"\"PJSIP/trunk-0000002a\",\"PJSIP/1001-0000002b\",\"Queue\",\"suport,c,,,300\"," \
	"\"2026-11-21 10:00:00\",\"2026-11-21 10:00:08\",\"2026-11-21 10:01:30\",90,82," \
	"\"ANSWERED\",\"DOCUMENTATION\""
#define LOST                                                                             \
	"\"\",\"anonymous\",\"800\",\"from-trunk\",\"anonymous\",\"PJSIP/"               \
	"trunk-1\",\"\","                                                                \
	"\"Queue\",\"suport\",\"2026-11-21 11:00:00\",,\"2026-11-21 11:00:20\",20,0,"    \
	"\"NO ANSWER\",\"DOCUMENTATION\""

static const struct sv good_file = SV_INIT(
	BASE ",\"1795287512.41\",\"csat=4;nps=10\"\n" LOST ",\"1795287513.42\",\"\"\n");
static const struct sv spoiled_file =
	SV_INIT(BASE ",\"1795287512.41\",\"csat=4;nps=10\"\n"
		     "\"\",\"0721000222\",\"800\",\"from-trunk\",\"\"\"Ana\n" LOST
		     ",\"1795287513.42\",\"\"\n");
static const char spoiled_line[] =
	"\"\",\"0721000222\",\"800\",\"from-trunk\",\"\"\"Ana\n";
#define SPOILED_LINE 2

ADAPTER_CONTRACT(asterisk_cdr)

#define CALL "|0721000111|PJSIP/1001|suport|outcome=answered|@1795255200\n"

static const struct {
	const char *name, *said, *log, *records;
} rows[] = {
	{ "16 columns", "", LOST "\n",
	  "Master.csv:1|interaction|phone|#HASH|suport|outcome=no_answer|@1795258800\n" },
	{ "17, the last is an id", "", BASE ",\"1795287512.41\"\n",
	  "Master.csv:1|interaction|phone|1795287512.41#HASH|1795287512.41" CALL },
	{ "17, the last is a user field", "values.csat=1=5 2=4 3=3 4=2 5=1",
	  BASE ",\"csat=2\"\n",
	  "Master.csv:1|interaction|phone|#HASH" CALL
	  "Master.csv:1|feedback|phone|#HASH/CSAT|#HASH|0721000111|PJSIP/1001|suport|"
	  "csat=4/1..5|keys=2|@1795255290\n"
	  "Master.csv:1|invitation|phone|#HASH/CSAT|#HASH|0721000111|PJSIP/1001|suport|"
	  "keys=2|outcome=answered|survey=CSAT|@1795255200\n" },
	{ "19, linked", "", BASE ",\"\",\"1795287512.41\",7\n",
	  "Master.csv:1|interaction|phone|#HASH|1795287512.41" CALL },
	{ "20, id and linked", "",
	  BASE ",\"pbx1-1795287512.43\",\"\",\"pbx1-1795287512.41\",7\n",
	  "Master.csv:1|interaction|phone|pbx1-1795287512.43#7|pbx1-1795287512.41" CALL },
	{ "20, user field and linked", "", BASE ",\"x\",\"\",\"1795287512.41\",7\n",
	  "Master.csv:1|interaction|phone|#HASH|1795287512.41" CALL },
	{ "21, two records of a call with the same answer", "system=pbx1",
	  BASE ",\"1795287512.41\",\"csat=9\",\"\",\"1795287512.41\",7\n" BASE
	       ",\"1795287512.43\",\"csat=9\",\"\",\"1795287512.41\",8\n",
	  "Master.csv:1|interaction|phone|pbx1-1795287512.41#7|pbx1-1795287512.41" CALL
	  "Master.csv:1|invitation|phone|pbx1-1795287512.41/CSAT|pbx1-1795287512.41|"
	  "0721000111|PJSIP/1001|suport|keys=9|outcome=invalid|survey=CSAT|@1795255200\n"
	  "Master.csv:2|interaction|phone|pbx1-1795287512.43#8|pbx1-1795287512.41" CALL },
	{ "an own order, other separators, UTC",
	  "columns=start,end,-,SRC,disposition,uniqueid,userfield;gmt=yes;separator=bar",
	  "2026-11-21 10:00:00|2026-11-21 10:01:30|x|0721000111|ANSWERED|17.1|NPS=10#\n",
	  "Master.csv:1|interaction|phone|17.1#HASH|17.1|0721000111|outcome=answered|"
	  "@1795255200\n"
	  "Master.csv:1|feedback|phone|17.1/NPS|17.1|0721000111|nps=10/0..10|keys=10|"
	  "@1795255290\n"
	  "Master.csv:1|invitation|phone|17.1/"
	  "NPS|17.1|0721000111|keys=10|outcome=answered|"
	  "survey=NPS|@1795255200\n" },
};

/* The hash of a line is another for every change of this test: not compared. */
static void mask_hashes(struct buf *b)
{
	for (size_t i = 0; i + 17 <= b->n; i++) {
		size_t n = 0;

		while (b->p[i] == '#' && i + 1 + n < b->n &&
		       strchr("0123456789abcdef", b->p[i + 1 + n]))
			n++;
		if (n != 16)
			continue;
		memcpy(b->p + i + 1, "HASH", 4);
		memmove(b->p + i + 5, b->p + i + 17, b->n - i - 16);
		b->n -= 12;
	}
}

Test(asterisk_cdr, a_row_says_what_its_lines_come_to)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place p = place_of("Master.csv", sv_of(rows[i].log));
		bool local = !strstr(rows[i].said, "gmt");
		struct err err = ERR_NONE;
		struct zone *z;
		struct buf told;
		struct kit k;
		char said[400];

		buf_init(&told, 0);
		cr_assert_eq(zone_open(&z, "Europe/Bucharest", &err), 0, "%s", err.text);
		snprintf(said, sizeof(said), "path=%s;%s%s", p.path, rows[i].said,
			 rows[i].said[0] ? ";channel=phone" : "channel=phone");
		cr_assert_eq(kit_open(&k, &adapter_asterisk_cdr, said, TIME_NONE, &err),
			     0, "%s: %s", rows[i].name, err.text);
		/* Local times are two hours before UTC's in that winter. */
		k.options.zone = local ? NULL : z;
		kit_restart(&k);
		kit_pull(&k, &told);
		mask_hashes(&told);
		cr_expect(sv_eq(buf_sv(&told), sv_of(rows[i].records)), "%s:\n%s",
			  rows[i].name, told.p);
		cr_expect_eq(k.source->progress.rejected, 0u);
		kit_restart(&k);
		cr_expect_eq(kit_pull(&k, &told), 0u, "%s: a second run", rows[i].name);
		k.options.zone = z;
		kit_close(&k);
		zone_close(z);
		buf_release(&told);
		place_clear(&p);
	}
}

Test(asterisk_cdr, times_are_local_unless_said)
{
	struct place p = place_of("Master.csv", SV(LOST "\n"));
	struct err err = ERR_NONE;
	struct zone *z;
	char said[200];

	cr_assert_eq(zone_open(&z, "Europe/Bucharest", &err), 0, "%s", err.text);
	for (int gmt = 0; gmt < 2; gmt++) {
		struct buf told;
		struct kit k;

		buf_init(&told, 0);
		snprintf(said, sizeof(said), "path=%s;gmt=%s", p.path,
			 gmt ? "yes" : "no");
		cr_assert_eq(kit_open(&k, &adapter_asterisk_cdr, said, TIME_NONE, &err),
			     0);
		k.options.zone = z;
		kit_restart(&k);
		kit_pull(&k, &told);
		cr_expect(strstr(told.p, gmt ? "@1795258800" : "@1795251600") != NULL,
			  "%s", told.p);
		kit_close(&k);
		buf_release(&told);
	}
	zone_close(z);
	place_clear(&p);
}

Test(asterisk_cdr, what_is_no_line_is_set_aside)
{
	static const char *const wrong[] = {
		"hello",
		"a,b,c",
		BASE ",1,2,3,4,5,6",
		"\"a\"b," BASE,
		"\"" BASE,
		",,,,,,,,,2026-11-31 10:00:00,,,1,1,BUSY,x",
		",,,,,,,,,,,,1,1,BUSY,x",
		",,,,,,,,,2026-11-30 10:00:00,,x,1,1,BUSY,x",
	};

	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct err err = ERR_NONE;
		struct buf told, log;
		struct place p;
		struct kit k;
		char said[200];

		buf_init(&told, 0);
		buf_init(&log, 0);
		buf_printf(&log, LOST "\n%s\n" BASE "\n", wrong[i]);
		p = place_of("Master.csv", buf_sv(&log));
		snprintf(said, sizeof(said), "path=%s", p.path);
		cr_assert_eq(kit_open(&k, &adapter_asterisk_cdr, said, TIME_NONE, &err),
			     0);
		cr_expect_eq(kit_pull(&k, &told), 2u, "%s: %s", wrong[i], told.p);
		cr_expect_eq(k.source->progress.rejected, 1u, "%s", wrong[i]);
		kit_close(&k);
		buf_release(&told);
		buf_release(&log);
		place_clear(&p);
	}
}

Test(asterisk_cdr, an_order_that_cannot_be_is_refused)
{
	struct cdr_order o = { .separator = ',' };
	struct err err = ERR_NONE;

	cr_expect_eq(cdr_order_parse(&o, SV("start, dst ,-,uniqueid"), &err), 0);
	cr_expect_eq(o.count, 4u);
	cr_expect_eq(cdr_order_parse(&o, SV("start,uniqeid"), &err), ERR_CONFIG);
	cr_expect(strstr(err.text, "did you mean `uniqueid`") != NULL, "%s", err.text);
	cr_expect(sv_eq(cdr_number(SV("\"Ion <I> Pop")), SV("I")));
	cr_expect(sv_eq(cdr_number(SV("\"Ion\" <+40721>")), SV("+40721")));
	cr_expect(sv_eq(cdr_number(SV("\"Ion\" <+40721")), SV("+40721")));
	cr_expect(sv_eq(cdr_number(SV(" 0721 ")), SV("0721")));
}
