/* SPDX-License-Identifier: Apache-2.0 */
/* test_import.c: the door: what is recognised, what is refused, and nothing is lost. */
#include <iconv.h>
#include <sys/stat.h>

#include "tests/collector/files.h"

Test(import, what_is_no_file_of_records_is_refused_with_what_to_do)
{
	/* clang-format off */
	static const struct {
		struct sv bytes;
		int rc;
		const char *says;
	} rows[] = {
		{ SV_INIT(""), ERR_INPUT, "is empty" },
		{ SV_INIT("\xef\xbb\xbf"), ERR_INPUT, "is empty" },
		{ SV_INIT("\n\n"), ERR_INPUT, "there is no row" },
		{ SV_INIT("1,2,3\n4,5,6\n"), ERR_USAGE, "--map FIELD=#1" },
		{ SV_INIT("PK\x03\x04 zip"), ERR_INPUT, "Excel workbook" },
		{ SV_INIT("\x1f\x8b gzip"), ERR_INPUT, "gunzip" },
		{ SV_INIT("i\0d\0,\0"), ERR_INPUT, "UTF-16" },
		{ SV_INIT("[{\"csat\":1}]"), ERR_INPUT, "jq -c" },
		{ SV_INIT("id,name\n1,x\n"), ERR_USAGE, "its columns are: id, name" },
	};
	/* clang-format on */
	struct import_options o = { 0 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place p = place_of("x", rows[i].bytes);
		struct opinia_import *imp;
		struct err err = ERR_NONE;

		cr_expect_eq(opinia_import_open(&imp, p.path, &o, &err), rows[i].rc,
			     "row %zu", i);
		cr_expect_not_null(strstr(err.text, rows[i].says), "%s", err.text);
		cr_expect_null(imp);
		opinia_import_close(imp);
		place_clear(&p);
	}
}

Test(import, a_missing_file_a_folder_and_wrong_options_say_so)
{
	static const char *const bad_scale[] = { "csat=1-5" }, *const nps_scale[] = {
		"nps=1..5"
	};
	/* clang-format off */
	const struct {
		const char *path;
		struct import_options o;
		int rc;
	} rows[] = {
		{ "/nonexistent/file.csv", { 0 }, ERR_MISSING },
		{ "/tmp", { 0 }, ERR_USAGE },
		{ NULL, { .channel = "pigeon" }, ERR_USAGE },
		{ NULL, { .kind = "letters" }, ERR_USAGE },
		{ NULL, { .scales = bad_scale, .scale_count = 1 }, ERR_USAGE },
		{ NULL, { .scales = nps_scale, .scale_count = 1 }, ERR_USAGE },
	};
	/* clang-format on */
	struct place p = place_of("x.csv", SV("id,csat\n1,2\n"));

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct opinia_import *imp;
		struct err err = ERR_NONE;

		cr_expect_eq(opinia_import_open(&imp,
						rows[i].path ? rows[i].path : p.path,
						&rows[i].o, &err),
			     rows[i].rc, "row %zu: %s", i, err.text);
		cr_expect_null(imp);
	}
	place_clear(&p);
}

/* @utf8 in the set that iconv calls @set. */
static struct sv dressed(struct sv utf8, const char *set, char *out, size_t size)
{
	iconv_t cd = iconv_open(set, "UTF-8");
	char *from = (char *)(uintptr_t)utf8.p, *to = out;
	size_t left = utf8.n, room = size;

	cr_assert(cd != (iconv_t)-1);
	cr_assert_neq(iconv(cd, &from, &left, &to, &room), (size_t)-1);
	iconv_close(cd);
	return (struct sv){ out, size - room };
}

Test(import, the_same_answers_come_out_of_every_dress)
{
	/* clang-format off */
	static const struct {
		const char *name, *from, *encoding;
		char delimiter;
		struct sv bytes;
	} rows[] = {
		{ "utf8", "UTF-8", "UTF-8", ';', SV_INIT("id;ocena;komentarz\n1;4,0;żółć\n2;1;ą\n") },
		{ "bom crlf", "UTF-8", "UTF-8", ',', SV_INIT("\xef\xbb\xbfid,ocena,komentarz\r\n1,\"4,0\",żółć\r\n2,1,ą") },
		{ "tab cr", "UTF-8", "UTF-8", '\t', SV_INIT("id\tocena\tkomentarz\r1\t4\tżółć\r2\t1\tą\r\r") },
		{ "sep line", "UTF-8", "UTF-8", '|', SV_INIT("sep=|\nid|ocena|komentarz\n1|4/5|żółć\n2|1|ą\n") },
		{ "empty rows", "UTF-8", "UTF-8", ';', SV_INIT("id;ocena;komentarz\n\n;;\n1;4;żółć\n;;\n2;1;ą\n") },
		{ "spare cells", "UTF-8", "UTF-8", ';', SV_INIT("id;ocena;komentarz\n1;4;żółć;;\n2;1;ą;\n") },
		{ "cp1250", "CP1250", "windows-1250", ';', SV_INIT("id;ocena;komentarz\n1;4;żółć\n2;1;ą\n") },
		{ "latin2", "ISO-8859-2", "ISO-8859-2", ';', SV_INIT("id;ocena;komentarz\n1;4;żółć\n2;1;ą\n") },
		{ "utf16", "UTF-16", "UTF-16", '\t', SV_INIT("id\tocena\tkomentarz\r\n1\t4\tżółć\r\n2\t1\tą\r\n") },
		{ "jsonl", "UTF-8", "UTF-8", 0, SV_INIT("{\"id\":1,\"ocena\":4,\"komentarz\":\"żółć\"}\n{\"id\":2,\"ocena\":1,\"komentarz\":\"\\u0105\"}\n") },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place p = place_of("in", rows[i].bytes);
		char path[128], bytes[512];
		struct opinia_import *imp;
		struct import_options o = { 0 };
		struct buf told;
		struct sv rest, line;

		snprintf(path, sizeof(path), "%s/f", p.dir);
		spill(path, dressed(rows[i].bytes, rows[i].from, bytes, sizeof(bytes)));
		cr_assert_eq(opinia_import_open(&imp, path, &o, NULL), 0, "%s",
			     rows[i].name);
		cr_expect_str_eq(opinia_import_recognised(imp)->encoding,
				 rows[i].encoding);
		cr_expect_eq(opinia_import_recognised(imp)->delimiter, rows[i].delimiter);
		opinia_import_close(imp);
		buf_init(&told, 0);
		cr_expect_eq(read_all(path, &o, &told).records, 2u, "%s", rows[i].name);
		for (rest = buf_sv(&told); rest.n;) {
			line = sv_cut(&rest, '\n');
			sv_cut(&line, '|'); /* the origin is each dress's own */
			cr_expect(
				sv_eq(line, SV("feedback|other|1|żółć|csat=4/1..5")) ||
					sv_eq(line, SV("feedback|other|2|ą|csat=1/1..5")),
				"%s: " SV_FMT, rows[i].name, SV_ARG(line));
		}
		buf_release(&told);
		place_clear(&p);
	}
}

Test(import, rows_of_another_encoding_are_repaired_and_counted)
{
	struct place p =
		place_of("mixed.csv", SV("id,csat,comment\n1,5,dzi\xc4\x99kuj\xc4\x99\n"
					 "2,4,dzi\xeakuj\xea za \x9crod\xea\n3,3,ok\n"));
	struct import_progress end;
	struct buf told;

	buf_init(&told, 0);
	end = read_all(p.path, NULL, &told);
	cr_expect(end.records == 3 && end.repaired == 1 && !end.rejected);
	cr_expect_geq(sv_find(buf_sv(&told), SV("|2|dziękuję za środę|")), 0, "%s",
		      told.p);
	buf_release(&told);
	place_clear(&p);
}

Test(import, what_was_set_aside_can_be_mended_and_imported)
{
	struct place p = place_of(
		"f.csv", SV("id;nps;comment\n1;9;dobrze\n2;8,5;\"dwa\nwiersze\"\n"
			    "3;11;#x\n4;7;ok;za;duzo\n"));
	char aside[128];
	struct import_progress end;
	struct buf told;
	struct stat st;

	buf_init(&told, 0);
	end = read_all(p.path, NULL, &told);
	cr_expect(end.rows == 4 && end.records == 1 && end.rejected == 3);
	snprintf(aside, sizeof(aside), "%s.rejected", p.path);
	cr_expect(stat(aside, &st) == 0 && (st.st_mode & 0777) == 0600);
	buf_clear(&told);
	slurp(aside, &told);
	cr_expect_str_eq(
		told.p,
		"# opinia: rejected rows; correct them and import this "
		"file\nid;nps;comment\n"
		"# line 3: nps: \"8,5\" is no whole point\n2;8,5;\"dwa\nwiersze\"\n"
		"# line 5: nps: 11 is not on the scale 0 to 10\n3;11;#x\n"
		"# line 6: 5 columns where the header has 3\n4;7;ok;za;duzo\n");
	spill(aside,
	      SV("# opinia: rejected rows; correct them and import this file\n"
		 "id;nps;comment\n# line 3: nps: \"8,5\" is no whole point\n"
		 "2;8;\"dwa\nwiersze\"\n# line 5: \"x\n3;10;#x\n# line 6: y\n4;7;ok\n"));
	buf_clear(&told);
	end = read_all(aside, NULL, &told);
	cr_expect(end.records == 3 && !end.rejected, "%s", told.p);
	cr_expect_geq(sv_find(buf_sv(&told), SV("|2|dwa\nwiersze|nps=8/0..10")), 0, "%s",
		      told.p);
	/* A run without rejected rows takes the old file away; another's file it leaves alone. */
	spill(p.path, SV("id;nps\n1;9\n"));
	read_all(p.path, NULL, &told);
	cr_expect_neq(stat(aside, &st), 0);
	spill(aside, SV("mine\n"));
	read_all(p.path, NULL, &told);
	cr_expect_eq(stat(aside, &st), 0);
	buf_release(&told);
	place_clear(&p);
}

Test(import, a_thousand_broken_rows_among_a_hundred_thousand_cost_only_themselves)
{
	static const char *const broken[] = {
		"%d;\"never closed;5", "%d;a \"quoted\";\"x\"y",
		"%d;only two",	       "%d;a;b;c;d",
		"%d;text;six",
	};
	struct import_progress end;
	struct buf file, told;
	struct place p;
	int good = 0;

	buf_init(&file, 0);
	buf_init(&told, 0);
	buf_str(&file, "id;comment;csat\n");
	for (int i = 0; i < 101000; i++) {
		if (i % 101 == 50)
			buf_printf(&file, broken[i % 5], i);
		else if (i % 7 == 0)
			buf_printf(&file, "%d;\"two\nlines; and a \"\"quote\"\"\";%d", i,
				   i % 5 + 1);
		else
			buf_printf(&file, "%d;plain;%d", i, i % 5 + 1);
		good += i % 101 != 50;
		buf_char(&file, '\n');
	}
	p = place_of("many.csv", buf_sv(&file));
	end = read_all(p.path, NULL, &told);
	cr_expect_eq(end.records, (uint64_t)good, "%lu", (unsigned long)end.records);
	cr_expect_eq(end.rejected, 1000u, "%lu", (unsigned long)end.rejected);
	cr_expect_eq(end.bytes, end.size);
	buf_release(&file);
	buf_release(&told);
	place_clear(&p);
}

Test(import, rows_without_an_id_are_told_apart_by_their_number_among_twins)
{
	struct place p = place_of(
		"t.csv", SV("date,customer,csat,shop\n,,5,a\n,,4,b\n,,5,c\n,ana,5,d\n"
			    ",ana,5,e\n2026-03-01,ana,5,f\n2026-03-01,ana,5,g\n,,5,h\n"));
	struct buf told, again;

	buf_init(&told, 0);
	buf_init(&again, 0);
	read_all(p.path, NULL, &told);
	cr_expect_str_eq(told.p, "t.csv:2|feedback|other|csat=5/1..5\n"
				 "t.csv:3|feedback|other|csat=4/1..5\n"
				 "t.csv:4|feedback|other|csat=5/1..5|#2\n"
				 "t.csv:5|feedback|other|ana|csat=5/1..5\n"
				 "t.csv:6|feedback|other|ana|csat=5/1..5|#2\n"
				 "t.csv:7|feedback|other|ana|csat=5/1..5|@1772323200\n"
				 "t.csv:8|feedback|other|ana|csat=5/1..5|@1772323200\n"
				 "t.csv:9|feedback|other|csat=5/1..5|#3\n");
	read_all(p.path, NULL, &again);
	cr_expect(sv_eq(buf_sv(&told), buf_sv(&again)));
	buf_release(&told);
	buf_release(&again);
	place_clear(&p);
}

Test(import, scales_and_dates_are_decided_on_the_sample_and_said)
{
	/* clang-format off */
	static const struct {
		const char *file, *scale, *record, *note; /* record: what must be among them */
	} rows[] = {
		{ "id,csat\n1,5\n2,4\n", NULL, "|csat=5/1..5", "csat: read on the scale 1 to 5" },
		{ "id,csat\n1,9\n2,4\n", NULL, "|csat=4/1..10", "1 to 10" },
		{ "id,csat\n1,7\n2,4\n", NULL, "|csat=4/1..7", "1 to 7" },
		{ "id,csat\n1,0\n2,1\n", NULL, "|csat=0/0..1", "0 to 1" },
		{ "id,csat\n1,4/5\n2,4\n", NULL, "|csat=4/1..5", "1 to 5" },
		{ "id,csat\n1,8/10\n2,4\n", NULL, "|csat=8/1..10", "1 to 10" },
		{ "id,csat,comment\n1,0,x\n2,5,y\n", NULL, "|1|x\n", "0 is read as \"not answered\"" },
		{ "id,csat,comment\n1,0,x\n2,5,y\n", "csat=0..5", "|1|x|csat=0/0..5", NULL },
		{ "id,csat\n1,5\n2,4\n", "csat=1..10", "|csat=5/1..10", NULL },
		{ "id,ces\n1,7\n2,4\n", NULL, "|ces2=7/1..7", "CES 2.0" },
		{ "id,ces\n1,5\n2,4\n", NULL, "|ces1=5/1..5", "CES 1.0" },
		{ "id,ces\n1,5\n2,4\n", "ces=1..7", "|ces2=5/1..7", NULL },
		{ "id,csat,date\n1,5,02/03/2026\n2,5,13/03/2026\n", NULL, "|@1772409600", NULL },
		{ "id,csat,date\n1,5,02/03/2026\n2,5,03/13/2026\n", NULL, "|@1770076800", "mm/dd/yyyy" },
		{ "id,csat,date\n1,5,02/03/2026\n", NULL, "|@1772409600", "nothing tells" },
	};
	/* clang-format on */

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place p = place_of("s.csv", sv_of(rows[i].file));
		struct import_options o = { .scales = &rows[i].scale,
					    .scale_count = rows[i].scale != NULL };
		struct opinia_import *imp;
		const struct import_recognised *seen;
		struct buf told, notes;

		buf_init(&told, 0);
		buf_init(&notes, 0);
		cr_assert_eq(opinia_import_open(&imp, p.path, &o, NULL), 0);
		seen = opinia_import_recognised(imp);
		for (size_t n = 0; n < seen->note_count; n++)
			buf_sv_put(&notes, seen->notes[n]);
		opinia_import_close(imp);
		read_all(p.path, &o, &told);
		cr_expect_geq(sv_find(buf_sv(&told), sv_of(rows[i].record)), 0, "%zu: %s",
			      i, told.p);
		if (rows[i].note)
			cr_expect_geq(sv_find(buf_sv(&notes), sv_of(rows[i].note)), 0,
				      "%zu: %s", i, notes.p);
		buf_release(&told);
		buf_release(&notes);
		place_clear(&p);
	}
}

Test(import, without_a_header_columns_are_named_by_number_and_dry_runs_write_nothing)
{
	static const char *const maps[] = { "id=#1", "csat=#3" };
	struct import_options o = {
		.maps = maps, .map_count = 2, .dry_run = true, .source = "shop"
	};
	struct place p = place_of("n.csv", SV("1,x,5\n2,y,4\n3,z,900\n"));
	struct import_progress end;
	struct buf told;
	char aside[128];

	buf_init(&told, 0);
	end = read_all(p.path, &o, &told);
	cr_expect_str_eq(told.p, "n.csv:1|feedback|other|1|csat=5/"
				 "1..5\nn.csv:2|feedback|other|2|csat=4/1..5\n");
	cr_expect_eq(end.rejected, 1u);
	snprintf(aside, sizeof(aside), "%s.rejected", p.path);
	cr_expect_neq(access(aside, F_OK), 0);
	buf_release(&told);
	place_clear(&p);
}

Test(import, a_header_alone_has_no_records_and_an_id_twice_is_passed_on_twice)
{
	struct place p = place_of("h.csv", SV("id;csat\r\n")),
		     q = place_of("d.csv", SV("id;csat\n7;1\n7;2\n"));
	struct buf told;

	buf_init(&told, 0);
	cr_expect_eq(read_all(p.path, NULL, &told).records, 0u);
	read_all(q.path, NULL, &told);
	cr_expect_str_eq(told.p, "d.csv:2|feedback|other|7|csat=1/"
				 "1..5\nd.csv:3|feedback|other|7|csat=2/1..5\n");
	buf_release(&told);
	place_clear(&p);
	place_clear(&q);
}

Test(import, the_files_of_the_sample_lose_nothing)
{
	static const char *const files[] = { "feedback-chat.csv",    "feedback-email.csv",
					     "feedback-phone.jsonl", "interactions.csv",
					     "invitations.csv",	     "activity.csv",
					     "customers.csv" };

	for (size_t i = 0; i < COUNT(files); i++) {
		char path[512];
		struct import_options o = { .dry_run = true };
		struct import_progress end;
		struct buf told;

		snprintf(path, sizeof(path), "%s/contrib/sample/%s", OPINIA_SOURCE_DIR,
			 files[i]);
		if (access(path, R_OK) != 0)
			continue;
		buf_init(&told, 0);
		end = read_all(path, &o, &told);
		cr_expect(end.records > 50 && end.records == end.rows && !end.rejected,
			  "%s", files[i]);
		buf_release(&told);
	}
}
