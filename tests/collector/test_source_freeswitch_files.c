/* SPDX-License-Identifier: Apache-2.0 */
/* test_source_freeswitch_files.c: what a file comes to, row by row; and a folder that fills. */
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "tests/collector/phone_kit.h"

#define HEAD                                                                             \
	"{\"core-uuid\":\"x\",\"channel_data\":{\"direction\":\"inbound\"},"             \
	"\"variables\":{"                                                                \
	"\"uuid\":\"c0ffee\",\"caller_id_number\":\"%2B40721000111\","                   \
	"\"cc_agent\":\"ana%40pbx\",\"cc_queue\":\"suport\",\"start_epoch\":"            \
	"\"1795287512\","                                                                \
	"\"answer_epoch\":\"1795287520\",\"end_epoch\":\"1795287600\","                  \
	"\"hangup_cause\":\"NORMAL_CLEARING\""
#define WHO "|c0ffee|+40721000111|ana@pbx|suport"
#define CALL                                                                             \
	"a_c0ffee.cdr.json|interaction|phone|c0ffee" WHO                                 \
	"|hangup=NORMAL_CLEARING|@1795287512\n"

static const struct {
	const char *name, *said, *file, *records;
} rows[] = {
	{ "a call without a survey", "", HEAD "}}", CALL },
	{ "a score", "", HEAD ",\"csat_score\":\"4\"}}",
	  CALL "a_c0ffee.cdr.json|feedback|phone|c0ffee/CSAT" WHO
	       "|csat=4/1..5|keys=4|@1795287600\n"
	       "a_c0ffee.cdr.json|invitation|phone|c0ffee/CSAT" WHO
	       "|keys=4|outcome=answered|survey=CSAT|@1795287512\n" },
	{ "own variables, upside down", "map.csat=variables.nota;values.csat=1=5 2=4 3=3",
	  HEAD ",\"nota\":\"1\",\"csat_score\":\"3\",\"nps_score\":\"\"}}",
	  CALL "a_c0ffee.cdr.json|feedback|phone|c0ffee/CSAT" WHO
	       "|csat=5/1..5|keys=1|@1795287600\n"
	       "a_c0ffee.cdr.json|invitation|phone|c0ffee/CSAT" WHO
	       "|keys=1|outcome=answered|survey=CSAT|@1795287512\n"
	       "a_c0ffee.cdr.json|invitation|phone|c0ffee/NPS" WHO
	       "|outcome=no_input|survey=NPS|@1795287512\n" },
	{ "as a form", "",
	  "cdr=%7B%22variables%22%3A+%7B%22uuid%22%3A%22c0ffee%22%2C%22"
	  "end_uepoch%22%3A%221795287600123456%22%2C%22csat_score%22%3A2%7D%7D",
	  "a_c0ffee.cdr.json|feedback|phone|c0ffee/CSAT|c0ffee|csat=2/"
	  "1..5|keys=2|@1795287600\n"
	  "a_c0ffee.cdr.json|invitation|phone|c0ffee/CSAT|c0ffee|keys=2|outcome=answered|"
	  "survey=CSAT|@1795287600\n" },
	{ "as base64", "",
	  "cdr="
	  "eyJ2YXJpYWJsZXMiOnsidXVpZCI6ImMwZmZlZSIsImVuZF9lcG9jaCI6IjE3OTUyODc2MDAiLCJjc2"
	  "F0"
	  "X3Njb3JlIjoiOSJ9fQ==",
	  "a_c0ffee.cdr.json|invitation|phone|c0ffee/CSAT|c0ffee|keys=9|outcome=invalid|"
	  "survey=CSAT|@1795287600\n" },
	{ "as base64 with a plus, in lines", "",
	  "cdr="
	  "eyJ2YXJpYWJsZXMiOnsidXVpZCI6ImMwZmZlZSIsImVuZF9lcG9jaCI6IjE3OTUyODc2MDAi\r\n"
	  "LCJjc2F0X3Njb3JlIjoiOSIsIngiOiI+Pj4ifX0=\n",
	  "a_c0ffee.cdr.json|invitation|phone|c0ffee/CSAT|c0ffee|keys=9|outcome=invalid|"
	  "survey=CSAT|@1795287600\n" },
	{ "times and number of the call flow", "encoded=no",
	  "{\"variables\":{\"uuid\":\"c0ffee\",\"fcr_score\":\"1\"},\"callflow\":[{"
	  "\"times\":{"
	  "\"created_time\":\"1795287512000001\",\"answered_time\":\"0\",\"hangup_time\":"
	  "\"1795287600999999\"},\"caller_profile\":{\"caller_id_number\":\"07%21\"}},{"
	  "\"times\":"
	  "{\"hangup_time\":\"1\"}}]}",
	  "a_c0ffee.cdr.json|feedback|phone|c0ffee/FCR|c0ffee|07%21|fcr=1/0..1|keys=1|"
	  "@1795287600\n"
	  "a_c0ffee.cdr.json|invitation|phone|c0ffee/"
	  "FCR|c0ffee|07%21|keys=1|outcome=answered|"
	  "survey=FCR|@1795287512\n" },
	{ "no JSON", "", "{\"variables\":", NULL },
	{ "no id", "", "{\"variables\":{\"end_epoch\":\"1795287600\"}}", NULL },
	{ "no end", "", "{\"variables\":{\"uuid\":\"7\"}}", NULL },
	{ "empty", "", "", NULL },
	{ "base64 that is none", "", "cdr=***", NULL },
};

static void put_file(const struct place *p, const char *name, const char *bytes,
		     int age_s)
{
	struct timespec at[2] = { { 0, UTIME_OMIT }, { time(NULL) - age_s, 0 } };
	char path[200];

	snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	spill(path, sv_of(bytes));
	cr_assert_eq(utimensat(AT_FDCWD, path, at, 0), 0);
}

Test(freeswitch_files, a_row_says_what_its_file_comes_to)
{
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place p = place_of("notes.txt", SV("{}"));
		struct err err = ERR_NONE;
		struct buf told;
		struct kit k;
		char said[300];

		buf_init(&told, 0);
		buf_str(&told, "");
		put_file(&p, "a_c0ffee.cdr.json", rows[i].file, 100);
		snprintf(said, sizeof(said), "path=%s;%s", p.dir, rows[i].said);
		cr_assert_eq(
			kit_open(&k, &adapter_freeswitch_files, said, TIME_NONE, &err), 0,
			"%s: %s", rows[i].name, err.text);
		kit_pull(&k, &told);
		cr_expect(sv_eq(buf_sv(&told), sv_of(rows[i].records)), "%s:\n%s",
			  rows[i].name, told.p);
		cr_expect_eq(k.source->progress.rejected, !rows[i].records, "%s",
			     rows[i].name);
		kit_restart(&k);
		cr_expect_eq(kit_pull(&k, &told), 0u, "%s: a second run", rows[i].name);
		cr_expect_eq(k.source->progress.rejected, 0u, "%s: only once",
			     rows[i].name);
		kit_close(&k);
		buf_release(&told);
		place_clear(&p);
	}
}

Test(freeswitch_files, a_folder_that_fills_gives_each_file_once)
{
	struct place p = place_of("x", SV(""));
	struct err err = ERR_NONE;
	struct buf told;
	struct kit k;
	char said[200], name[64], file[300];

	buf_init(&told, 0);
	snprintf(said, sizeof(said), "path=%s", p.dir);
	cr_assert_eq(kit_open(&k, &adapter_freeswitch_files, said, TIME_NONE, &err), 0);
	/* More of one second than are remembered by name, and than one look takes. */
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "%d.cdr.json", i);
		snprintf(file, sizeof(file),
			 "{\"variables\":{\"uuid\":\"%d\",\"end_epoch\":\"1795287600\","
			 "\"csat_score\":\"5\"}}",
			 i);
		put_file(&p, name, file, 500);
	}
	cr_expect_geq(kit_pull(&k, &told), 10000u);
	kit_restart(&k);
	buf_clear(&told);

	/* One that is still written waits; one that came late, but within the minute, is seen. */
	put_file(&p, "half.cdr.json", "{\"variables\":", 0);
	put_file(&p, "late.cdr.json",
		 "{\"variables\":{\"uuid\":\"late\",\"end_epoch\":\"1795287600\","
		 "\"csat_score\":\"5\"}}",
		 540);
	kit_pull(&k, &told);
	cr_expect(strstr(told.p, "|late/CSAT|") != NULL);
	cr_expect_eq(k.source->progress.rejected, 0u);
	put_file(&p, "half.cdr.json",
		 "{\"variables\":{\"uuid\":\"half\",\"end_epoch\":\"1795287600\","
		 "\"csat_score\":\"5\"}}",
		 1);
	kit_pull(&k, &told);
	cr_expect(strstr(told.p, "|half/CSAT|") != NULL);

	/* A copy may keep the time of its bytes: of tomorrow, or of last month. */
	put_file(&p, "ahead.cdr.json",
		 "{\"variables\":{\"uuid\":\"ahead\",\"end_epoch\":\"1795287600\","
		 "\"csat_score\":\"5\"}}",
		 -86400);
	kit_pull(&k, &told);
	cr_expect(strstr(told.p, "|ahead/CSAT|") != NULL);
	put_file(&p, "copy.cdr.json",
		 "{\"variables\":{\"uuid\":\"copy\",\"end_epoch\":\"1795287600\","
		 "\"csat_score\":\"5\"}}",
		 30 * 86400);
	kit_pull(&k, &told);
	cr_expect(strstr(told.p, "|copy/CSAT|") != NULL);
	kit_close(&k);
	buf_release(&told);
	place_clear(&p);
}

Test(freeswitch_files, what_cannot_be_is_refused)
{
	struct place p = place_of("x", SV(""));
	struct err err = ERR_NONE;
	struct batch b;
	struct kit k;

	cr_expect_eq(kit_open(&k, &adapter_freeswitch_files, "map.happy=variables.x",
			      TIME_NONE, &err),
		     ERR_CONFIG);
	kit_close(&k);
	cr_assert_eq(kit_open(&k, &adapter_freeswitch_files, "path=/no/such/folder",
			      TIME_NONE, &err),
		     0);
	batch_init(&b);
	cr_expect_eq(k.source->adapter->pull(k.source, SV(""), &b, &err), ERR_CONFIG);
	cr_expect_eq(k.source->adapter->pull(k.source, SV("x y"), &b, &err), ERR_INPUT);
	batch_release(&b);
	kit_close(&k);
	place_clear(&p);
}
