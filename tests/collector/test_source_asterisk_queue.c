/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_source_asterisk_queue.c: the contract of files; what a call's events come to, row by row;
 * and the same log read in pieces, with its file rotated, to the same records.
 */
#include "collector/calls.h"
#include "tests/collector/contract.h"
#include "tests/collector/phone_kit.h"

static const struct sv good_file =
	SV_INIT("1795287500|NONE|NONE|NONE|QUEUESTART|\n"
		"1795287512|1795287510.41|suport|NONE|ENTERQUEUE||0721000111|1\n"
		"1795287520|1795287510.41|suport|Andrei|CONNECT|8|1795287513.42|3\n"
		"1795287600|1795287510.41|suport|Andrei|COMPLETEAGENT|8|80|1\n"
		"1795287601|1795287510.41|suport|Andrei|CSATOFFER|ro|q1\n"
		"1795287605|1795287510.41|suport|Andrei|CSAT|4|ro|q1\n");
static const struct sv spoiled_file =
	SV_INIT("1795287500|NONE|NONE|NONE|QUEUESTART|\n"
		"1795287512|1795287510.41|suport|NONE|ENTERQUEUE||0721000111|1\n"
		"1795287520|1795287510.41|suport|Andrei|CONNECT|8|1795287513.42|3\n"
		"1795287533|1795287510.41|sup\n"
		"1795287600|1795287510.41|suport|Andrei|COMPLETEAGENT|8|80|1\n"
		"1795287601|1795287510.41|suport|Andrei|CSATOFFER|ro|q1\n"
		"1795287605|1795287510.41|suport|Andrei|CSAT|4|ro|q1\n");
static const char spoiled_line[] = "1795287533|1795287510.41|sup\n";
#define SPOILED_LINE 4

ADAPTER_CONTRACT(asterisk_queue)

static const struct {
	const char *name, *said, *log, *records;
	const char *tally;
	uint64_t n;
} rows[] = {
	{ "a whole call with its answer", "",
	  "1000000000|1.1|s|NONE|ENTERQUEUE||0721|1\n1000000010|1.1|s|Ana|CONNECT|10|1.2|"
	  "2\n"
	  "1000000100|1.1|s|Ana|COMPLETECALLER|10|90|1\n1000000101|1.1|s|Ana|CSATOFFER|"
	  "ro|q1\n"
	  "1000000105|1.1|s|Ana|CSAT|4|ro|q1\n",
	  "l:5|feedback|phone|1.1/CSAT/q1|1.1|0721|Ana|s|ro|csat=4/"
	  "1..5|keys=4|@1000000105\n"
	  "l:5|invitation|phone|1.1/CSAT/q1|1.1|0721|Ana|s|ro|keys=4|outcome=answered|"
	  "survey=CSAT|@1000000000\n"
	  "l:5|interaction|phone|1.1@1000000000|1.1|0721|Ana|s|outcome=completed|"
	  "ended_by=caller|@1000000000\n",
	  "calls without a survey", 0 },
	{ "nobody pressed a key", "", "1000000105|1.1|s|Ana|CSAT||ro|q1\n",
	  "l:1|invitation|phone|1.1/CSAT/q1|1.1|Ana|s|ro|outcome=no_input|survey=CSAT|"
	  "@1000000105\n",
	  "no key pressed", 1 },
	{ "a key that means nothing", "", "1000000105|1.1|s|Ana|CSAT|9|ro|q1\n",
	  "l:1|invitation|phone|1.1/CSAT/"
	  "q1|1.1|Ana|s|ro|keys=9|outcome=invalid|survey=CSAT|"
	  "@1000000105\n",
	  "keys that mean nothing", 1 },
	{ "letters are no keys", "", "1000000105|1.1|s|Ana|CSAT|four|pl\n",
	  "l:1|invitation|phone|1.1/CSAT|1.1|Ana|s|pl|outcome=invalid|survey=CSAT|"
	  "@1000000105\n",
	  "keys that mean nothing", 1 },
	{ "hung up when asked", "",
	  "1000000101|1.1|s|Ana|CSATOFFER|ro|q1\n1000000103|1.1|s|Ana|CSATHANGUP|ro|q1\n",
	  "l:2|invitation|phone|1.1/CSAT/q1|1.1|Ana|s|ro|outcome=hangup|survey=CSAT|"
	  "@1000000101\n",
	  "hung up during the survey", 1 },
	{ "an offer and then nothing", "", "1000000101|1.1|s|Ana|CSATOFFER|ro|q1\n",
	  "l:1|invitation|phone|1.1/CSAT/q1|1.1|Ana|s|ro|outcome=hangup|survey=CSAT|"
	  "@1000000101\n",
	  "hung up during the survey", 1 },
	{ "the second try counts, the third does not", "",
	  "1000000101|1.1|s|A|NPS|44|ro|q2\n1000000109|1.1|s|A|NPS|10#|ro|q2\n"
	  "1000000119|1.1|s|A|NPS|1|ro|q2\n",
	  "l:2|feedback|phone|1.1/NPS/q2|1.1|A|s|ro|nps=10/0..10|keys=10|@1000000109\n"
	  "l:2|invitation|phone|1.1/NPS/"
	  "q2|1.1|A|s|ro|keys=10|outcome=answered|survey=NPS|"
	  "@1000000101\n",
	  "keys that mean nothing", 0 },
	{ "an own event, an upside-down list, a system",
	  "events=OCENA=csat FCR;values.csat=1=5 2=4 3=3 4=2 5=1;system=pbx1",
	  "1000000101|1.1|s|A|OCENA|1|pl\n1000000102|pbx1-1.2|s|A|FCR|2|pl\n"
	  "1000000103|1.3|s|A|CSAT|5\n",
	  "l:1|feedback|phone|pbx1-1.1/OCENA|pbx1-1.1|A|s|pl|csat=5/"
	  "1..5|keys=1|@1000000101\n"
	  "l:1|invitation|phone|pbx1-1.1/OCENA|pbx1-1.1|A|s|pl|keys=1|outcome=answered|"
	  "survey=OCENA|@1000000101\n"
	  "l:2|feedback|phone|pbx1-1.2/FCR|pbx1-1.2|A|s|pl|fcr=0/"
	  "0..1|keys=2|@1000000102\n"
	  "l:2|invitation|phone|pbx1-1.2/FCR|pbx1-1.2|A|s|pl|keys=2|outcome=answered|"
	  "survey=FCR|@1000000102\n",
	  NULL, 0 },
	{ "abandoned", "",
	  "1000000000|1.1|s|NONE|ENTERQUEUE||anonymous|1\n1000000050|1.1|s|NONE|ABANDON|"
	  "1|1|50\n",
	  "l:2|interaction|phone|1.1@1000000000|1.1|s|abandoned|outcome=abandoned|"
	  "@1000000000\n",
	  NULL, 0 },
	{ "from one queue to the next, then transferred", "",
	  "1000000000|1.1|s|NONE|ENTERQUEUE||0721|1\n1000000050|1.1|s|NONE|"
	  "EXITWITHTIMEOUT|1|1|50\n"
	  "1000000051|1.1|t|NONE|ENTERQUEUE||0721|1\n1000000060|1.1|t|Ion|CONNECT|9|1.2|"
	  "3\n"
	  "1000000090|1.1|t|Ion|BLINDTRANSFER|200|int|9|30|1\n",
	  "l:5|interaction|phone|1.1@1000000000|1.1|0721|Ion|t|outcome=transferred|"
	  "@1000000000\n",
	  NULL, 0 },
	{ "one line of a clock gone wrong ends no later call", "",
	  "2100000000|NONE|NONE|NONE|CONFIGRELOAD|\n"
	  "1000000000|1.1|s|NONE|ENTERQUEUE||0721|1\n1000000010|1.1|s|Ana|CONNECT|10|1.2|"
	  "2\n"
	  "1000000100|1.1|s|Ana|COMPLETECALLER|10|90|1\n",
	  "l:4|interaction|phone|1.1@1000000000|1.1|0721|Ana|s|outcome=completed|"
	  "ended_by=caller|@1000000000\n",
	  NULL, 0 },
	{ "the same caller again after a while", "",
	  "1000000000|1.1|s|NONE|ENTERQUEUE||0721|1\n1000000050|1.1|s|NONE|ABANDON|1|1|"
	  "50\n"
	  "1000000900|1.1|s|NONE|ENTERQUEUE||0721|1\n1000000950|1.1|s|NONE|ABANDON|1|1|"
	  "50\n",
	  "l:3|interaction|phone|1.1@1000000000|1.1|0721|s|abandoned|outcome=abandoned|"
	  "@1000000000\n"
	  "l:4|interaction|phone|1.1@1000000900|1.1|0721|s|abandoned|outcome=abandoned|"
	  "@1000000900\n",
	  NULL, 0 },
	{ "no survey was offered", "",
	  "1000000000|1.1|s|NONE|ENTERQUEUE||0721|1\n1000000010|1.1|s|Ana|CONNECT|10|1.2|"
	  "2\n"
	  "1000000100|1.1|s|Ana|COMPLETEAGENT|10|90|1\n",
	  "l:3|interaction|phone|1.1@1000000000|1.1|0721|Ana|s|outcome=completed|"
	  "ended_by=agent|@1000000000\n",
	  "calls without a survey", 1 },
	{ "talking still, after six hours", "",
	  "1000000000|1.1|s|NONE|ENTERQUEUE||0721|1\n1000000010|1.1|s|Ana|CONNECT|10|1.2|"
	  "2\n"
	  "1000030000|NONE|NONE|NONE|CONFIGRELOAD|\n",
	  "l:3|interaction|phone|1.1@1000000000|1.1|0721|Ana|s|outcome=open|@"
	  "1000000000\n",
	  NULL, 0 },
	{ "ends of calls whose beginning is not in the log", "",
	  "1000000010|1.1|s|Ana|CONNECT|10|1.2|2\n1000000100|1.1|s|Ana|COMPLETEAGENT|10|"
	  "90|1\n"
	  "1000000100|NONE|NONE|Agent/7|AGENTLOGIN|SIP/7\n1000000101|M|s|SIP/"
	  "7|PAUSE|masă\n",
	  "", NULL, 0 },
};

Test(asterisk_queue, a_row_says_what_its_lines_come_to)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place p = place_of("l", sv_of(rows[i].log));
		struct err err = ERR_NONE;
		struct buf told;
		struct kit k;
		char said[400];

		buf_init(&told, 0);
		buf_str(&told, "");
		snprintf(said, sizeof(said), "path=%s;%s", p.path, rows[i].said);
		cr_assert_eq(kit_open(&k, &adapter_asterisk_queue, said, TIME_NONE, &err),
			     0, "%s: %s", rows[i].name, err.text);
		kit_pull(&k, &told);
		cr_expect(sv_eq(buf_sv(&told), sv_of(rows[i].records)), "%s:\n%s",
			  rows[i].name, told.p);
		if (rows[i].tally)
			cr_expect_eq(kit_tally(&k, rows[i].tally), rows[i].n, "%s: %s",
				     rows[i].name, rows[i].tally);
		cr_expect_eq(kit_pull(&k, &told), 0u);
		kit_restart(&k);
		cr_expect_eq(kit_pull(&k, &told), 0u, "%s: a second run", rows[i].name);
		kit_close(&k);
		buf_release(&told);
		place_clear(&p);
	}
}

Test(asterisk_queue, what_is_no_line_is_set_aside_and_the_rest_lands)
{
	static const char *const wrong[] = {
		"17952",
		"hello",
		"1795287533|1.1|s|A",
		"1795287533|1.1|s|A|CSAT",
		"1795287533||s|A|CSAT|4",
		"0795287533|1.1|s|A|CSAT|4",
		"1795287533|1.1|s|A|CO1795287534|1.1|s|A|CONNECT|1",
		"1795287533|1.1|s|A|CSAT|4|ro|a question with far too long a name for it",
		"95287533|1.1|s|A|CSAT|4",
		"1795287533|1.1|s|A||4",
	};

	for (size_t i = 0; i < COUNT(wrong); i++) {
		struct err err = ERR_NONE;
		struct buf told, log;
		struct place p;
		struct kit k;
		char said[200];

		buf_init(&told, 0);
		buf_init(&log, 0);
		buf_printf(&log,
			   "1795287530|1.1|s|A|CSAT|5|ro\n%s\n1795287540|1.2|s|A|CSAT|1|"
			   "ro\n",
			   wrong[i]);
		p = place_of("l", buf_sv(&log));
		snprintf(said, sizeof(said), "path=%s", p.path);
		cr_assert_eq(kit_open(&k, &adapter_asterisk_queue, said, TIME_NONE, &err),
			     0);
		cr_expect_eq(kit_pull(&k, &told), 4u, "%s: %s", wrong[i], told.p);
		cr_expect_eq(k.source->progress.rejected, 1u, "%s", wrong[i]);
		cr_expect_eq(k.source->reject_count, 1u);
		cr_expect(strstr(k.source->rejects[0].why, "l:2: ") != NULL, "%s",
			  k.source->rejects[0].why);
		kit_close(&k);
		buf_release(&told);
		buf_release(&log);
		place_clear(&p);
	}
}

/* A day of calls: a call each 20 s that waits, talks, is asked; some answer, some do not. */
static void make_log(struct buf *b, unsigned calls)
{
	for (unsigned i = 0; i < calls; i++) {
		unsigned t = 1700000000 + i * 20, id = t - 2;

		buf_printf(b, "%u|%u.%u|suport|NONE|ENTERQUEUE||07%08u|1\n", t, id, i, i);
		buf_printf(b, "%u|%u.%u|suport|Ana|CONNECT|5|x|3\n", t + 5, id, i);
		if (i % 3 == 1)
			buf_printf(b, "%u|%u.%u|suport|Ana|CSATOFFER|ro|q1\n", t + 6, id,
				   i);
		if (i % 3 == 2)
			buf_printf(b, "%u|%u.%u|suport|Ana|CSAT|%u|ro|q1\n", t + 7, id, i,
				   i % 6);
		buf_printf(b, "%u|%u.%u|suport|Ana|COMPLETECALLER|5|10|1\n", t + 15, id,
			   i);
	}
}

/* Records without their places, which a rotated file changes, sorted by nothing. */
static uint64_t sum_of(const struct buf *told, size_t *n)
{
	struct sv rest = buf_sv(told);
	uint64_t sum = 0;

	*n = 0;
	while (rest.n) {
		struct sv line = sv_cut(&rest, '\n');
		uint64_t h = 0xcbf29ce484222325;

		sv_cut(&line, '|');
		for (size_t i = 0; i < line.n; i++)
			h = (h ^ (unsigned char)line.p[i]) * 0x100000001b3;
		sum += h;
		*n += 1;
	}
	return sum;
}

Test(asterisk_queue, the_same_log_in_pieces_and_rotated_gives_the_same_records)
{
	struct place p = place_of("l", SV(""));
	struct buf log, whole, pieces;
	struct err err = ERR_NONE;
	size_t at = 0, step = 1, n, m;
	char said[200], older[200];
	uint64_t sum;
	struct kit k;
	FILE *f;

	buf_init(&log, 0);
	buf_init(&whole, 0);
	buf_init(&pieces, 0);
	make_log(&log, 1500);
	spill(p.path, buf_sv(&log));
	snprintf(said, sizeof(said), "path=%s", p.path);
	snprintf(older, sizeof(older), "%s.1", p.path);
	cr_assert_eq(kit_open(&k, &adapter_asterisk_queue, said, TIME_NONE, &err), 0);
	kit_pull(&k, &whole);
	sum = sum_of(&whole, &n);
	cr_expect_gt(n, 2500u);
	kit_close(&k);

	/* At the time of the log: nothing is over before the log says so, but at the very end. */
	spill(p.path, SV(""));
	cr_assert_eq(kit_open(&k, &adapter_asterisk_queue, said, 1600000000000, &err), 0);
	while (at < log.n) {
		size_t some = at + step < log.n ? step : log.n - at;

		f = fopen(p.path, "ab");
		cr_assert(f && fwrite(log.p + at, 1, some, f) == some && !fclose(f));
		at += some;
		step = step * 3 % 40009;
		if (step % 5 == 0)
			kit_restart(&k);
		if (step % 7 == 0 && access(older, F_OK)) {
			cr_assert_eq(rename(p.path, older), 0);
			spill(p.path, SV(""));
		}
		kit_pull(&k, &pieces);
	}
	k.env.now = 1800000000000;
	kit_pull(&k, &pieces);
	cr_expect_eq(sum_of(&pieces, &m), sum, "%zu and %zu records", n, m);
	cr_expect_eq(n, m);
	cr_expect_eq(k.source->progress.rejected, 0u);
	kit_close(&k);
	buf_release(&log);
	buf_release(&whole);
	buf_release(&pieces);
	place_clear(&p);
}

Test(asterisk_queue, more_open_calls_than_can_be_kept_lose_nothing)
{
	struct buf log, told;
	struct err err = ERR_NONE;
	struct place p;
	char said[200];
	struct kit k;

	buf_init(&log, 0);
	buf_init(&told, 0);
	for (unsigned i = 0; i < 5000; i++)
		buf_printf(&log,
			   "1700000000|1700000000.%u|o coadă cu nume destul de lung|NONE|"
			   "ENTERQUEUE||07%08u|1\n",
			   i, i);
	p = place_of("l", buf_sv(&log));
	snprintf(said, sizeof(said), "path=%s", p.path);
	cr_assert_eq(kit_open(&k, &adapter_asterisk_queue, said, TIME_NONE, &err), 0);
	cr_expect_eq(kit_pull(&k, &told), 5000u);
	kit_close(&k);
	buf_release(&log);
	buf_release(&told);
	place_clear(&p);
}

Test(asterisk_queue, a_batch_that_did_not_land_is_given_out_again)
{
	struct place p = place_of("l", good_file);
	struct buf once, again;
	struct err err = ERR_NONE;
	char said[200];
	struct kit k;

	buf_init(&once, 0);
	buf_init(&again, 0);
	snprintf(said, sizeof(said), "path=%s", p.path);
	cr_assert_eq(kit_open(&k, &adapter_asterisk_queue, said, TIME_NONE, &err), 0);
	kit_pull(&k, &once);
	buf_clear(&k.cursor); /* as if nothing had landed */
	kit_pull(&k, &again);
	cr_expect(once.n > 0 && sv_eq(buf_sv(&once), buf_sv(&again)));
	kit_close(&k);
	buf_release(&once);
	buf_release(&again);
	place_clear(&p);
}
