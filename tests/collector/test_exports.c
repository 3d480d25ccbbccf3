/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_exports.c: every tool that exports.c knows has a sample in tests/exports that is
 * recognised, with the records that come of it; and questions are understood as asked.
 */
#include "collector/exports.h"
#include "tests/collector/files.h"

#define FOLDER OPINIA_SOURCE_DIR "/tests/exports/"

/* clang-format off */
static const struct {
	const char *file, *tool, *told; /* records and tallies, to the letter */
} samples[] = {
	{ "chatwoot-en.csv", "Chatwoot",
	  "chatwoot-en.csv:2|feedback|other|4410|ioana@example.ro|Andrei|Am așteptat prea mult.|csat=2/1..5|@1772360130\n"
	  "chatwoot-en.csv:3|feedback|other|4411|radu@example.ro|Maria|csat=5/1..5|@1772362800\n"
	  "lines below the answers: 1\n" },
	{ "chatwoot-pl.csv", "Chatwoot",
	  "chatwoot-pl.csv:2|feedback|other|77|jan@example.pl|Ewa|Świetna obsługa|csat=5/1..5|@1772360130\n"
	  "lines below the answers: 1\n" },
	{ "chatwoot-ro.csv", "Chatwoot",
	  "chatwoot-ro.csv:2|feedback|other|12|ana@example.ro|Dan|Merge și așa|csat=3/1..5|@1772360130\n"
	  "lines below the answers: 1\n" },
	{ "freshdesk.csv", "Freshdesk",
	  "freshdesk.csv:2|feedback|other|901|ana@example.ro|Dan Pop|Suport|csat=7/1..7|@1772360130\n"
	  "freshdesk.csv:3|feedback|other|902|ion@example.ro|Dan Pop|Suport|csat=2/1..7|@1772442000\n"
	  "answers without a score or a comment: 1\n" },
	/* EET said in the cell, against Warsaw of the import; a column that is not understood stays out */
	{ "google-forms-ro.csv", "Google Forms",
	  "google-forms-ro.csv:2|feedback|other|ana@example.ro|Livrarea, a întârziat|csat=4/1..5|nps=9/0..10|@1772352930\n"
	  "google-forms-ro.csv:3|feedback|other|Nimeni nu a răspuns la telefon|csat=2/1..5|nps=3/0..10|@1772449500\n" },
	{ "google-forms-pl.csv", "Google Forms",
	  "google-forms-pl.csv:2|feedback|other|Szybko, konkretnie i miło|csat=5/1..5|nps=10/0..10|@1772360130\n"
	  "google-forms-pl.csv:3|feedback|other|Paczka nie dotarła|csat=1/1..5|nps=0/0..10|@1772442000\n" },
	/* incomplete with a score stays, incomplete without one is counted; \n is a line break */
	{ "limesurvey.csv", "LimeSurvey",
	  "limesurvey.csv:2|feedback|other|1|Wszystko działa\nbez uwag|pl|csat=4/1..5|nps=9/0..10|@1772360130\n"
	  "limesurvey.csv:4|feedback|other|3|ro|csat=2/1..5\n"
	  "answers without a score or a comment: 1\n" },
	/* mm/dd although no day is over 12; the second header is no answer */
	{ "surveymonkey.csv", "SurveyMonkey",
	  "surveymonkey.csv:3|feedback|other|11830001|ana@example.ro|Totul a mers bine|csat=4/1..5|nps=9/0..10|@1772360130\n"
	  "surveymonkey.csv:4|feedback|other|11830002|The parcel, again, was late|csat=1/1..5|nps=2/0..10|@1772456700\n" },
	{ "tally.csv", "Tally",
	  "tally.csv:2|feedback|other|mOAbkE|Krótszy czas oczekiwania|csat=4/1..5|fcr=1/0..1|@1772360130\n"
	  "tally.csv:3|feedback|other|wLDpzR|Konsultant nie znał odpowiedzi|csat=1/1..5|fcr=0/0..1|@1772365212\n" },
	/* Warsaw, also in summer, whatever the zone of the import */
	{ "thulium.csv", "Thulium",
	  "thulium.csv:2|feedback|other|88012|+48600100200|Anna Nowak|Reklamacje|Pani bardzo pomocna|csat=5/1..5|@1772356530\n"
	  "thulium.csv:3|feedback|other|88013|+48600100201|Piotr Wilk|Reklamacje|Rozłączyło mnie dwa razy|csat=1/1..5|@1782893730\n" },
	/* UTC */
	{ "typeform.csv", "Typeform",
	  "typeform.csv:2|feedback|other|q1w2e3r4t5|All good, thanks|csat=5/1..5|nps=10/0..10|@1772352930\n"
	  "typeform.csv:3|feedback|other|z9x8c7v6b5|Am așteptat o săptămână|csat=2/1..5|nps=4/0..10|@1772434990\n" },
	{ "zendesk.csv", "Zendesk",
	  "zendesk.csv:2|feedback|other|4410|jan@example.pl|Ewa Lis|Wsparcie PL|Bardzo sprawnie|csat=1/0..1|@1772360130\n"
	  "zendesk.csv:3|feedback|other|4411|ioana@example.ro|Dan Pop|Suport RO|Nu mi s-a răspuns|csat=0/0..1|@1772363730\n"
	  "answers without a score or a comment: 1\n" },
};

static const struct {
	const char *question;
	enum field means;
} questions[] = {
	{ "Cât de mulțumit sunteți de ajutorul primit? (1-5)", FIELD_CSAT },
	{ "Jak oceniasz rozmowę z konsultantem?", FIELD_CSAT },
	{ "Jak bardzo prawdopodobne jest (0-10), że polecisz nas znajomym?", FIELD_NPS },
	{ "Cât de probabil este să ne recomanzi?", FIELD_NPS },
	{ "How likely are you to recommend us to a friend?", FIELD_NPS },
	{ "Jak łatwo było załatwić sprawę?", FIELD_CES },
	{ "Cât de ușor v-a fost să rezolvați problema?", FIELD_CES },
	{ "Czy Twoja sprawa została rozwiązana?", FIELD_FCR },
	{ "Problema dumneavoastră a fost rezolvată?", FIELD_FCR },
	{ "Dlaczego taka ocena?", FIELD_COMMENT },
	{ "De ce ați dat această notă?", FIELD_COMMENT },
	{ "Co możemy poprawić, aby nas polecano?", FIELD_COMMENT },
	{ "Tell us more", FIELD_COMMENT },
	{ "Why?", FIELD_NONE }, /* too short to be sure */
	{ "W którym sklepie kupowałeś?", FIELD_NONE },
	{ "Câți ani aveți?", FIELD_NONE },
};
/* clang-format on */

static void read_sample(const char *path, const struct zone *zone, struct buf *notes,
			struct buf *told)
{
	struct import_options o = { .dry_run = true, .zone = zone };
	struct opinia_import *imp = NULL;
	const struct import_recognised *seen;
	const struct source_tally *t;
	struct batch b;
	struct err err = ERR_NONE;
	size_t n;

	cr_assert_eq(opinia_import_open(&imp, path, &o, &err), 0, "%s", err.text);
	seen = opinia_import_recognised(imp);
	for (size_t i = 0; i < seen->note_count; i++)
		buf_sv_put(notes, seen->notes[i]);
	batch_init(&b);
	do {
		cr_assert_eq(opinia_import_pull(imp, &b, &err), 0, "%s", err.text);
		for (size_t i = 0; i < b.count; i++)
			tell_record(told, &b.records[i]);
	} while (b.count);
	t = opinia_import_tallies(imp, &n);
	for (size_t i = 0; i < n; i++)
		buf_printf(told, "%s: %llu\n", t[i].what, (unsigned long long)t[i].n);
	cr_expect_eq(opinia_import_progress(imp).rejected, 0u, "%s", path);
	opinia_import_close(imp);
	batch_release(&b);
}

Test(exports, each_tool_is_recognised_and_its_sample_read_to_the_letter)
{
	struct err err = ERR_NONE;
	struct zone *z;
	size_t known, met = 0;
	const struct export *const *all = export_all(&known);

	cr_assert_eq(zone_open(&z, "UTC", &err), 0, "%s", err.text);
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct buf notes, told, want;
		char path[256];

		buf_init(&notes, 0);
		buf_init(&told, 0);
		buf_init(&want, 0);
		snprintf(path, sizeof(path), FOLDER "%s", samples[i].file);
		read_sample(path, z, &notes, &told);
		cr_expect_str_eq(told.p, samples[i].told);
		buf_printf(&want, "recognised: an export of %s", samples[i].tool);
		cr_expect(sv_starts(buf_sv(&notes), buf_sv(&want)), "%s: %s", path,
			  notes.p);
		buf_release(&notes);
		buf_release(&told);
		buf_release(&want);
	}
	for (size_t i = 0; i < known; i++)
		for (size_t k = 0; k < COUNT(samples); k++)
			if (strcmp(all[i]->name, samples[k].tool) == 0) {
				met++;
				break;
			}
	cr_expect_eq(met, known, "every tool of the table has a sample");
	zone_close(z);
}

Test(exports, questions_are_understood_by_their_words)
{
	for (size_t i = 0; i < COUNT(questions); i++)
		cr_expect_eq(question_meaning(sv_of(questions[i].question)),
			     questions[i].means, "%s", questions[i].question);
}

Test(exports, a_habit_gives_way_to_what_the_file_says)
{
	/* clang-format off */
	static const struct {
		const char *file, *told;
	} rows[] = {
		{ "Ticket ID,Satisfaction Rating\n1,5\n2,2\n",
		  "h.csv:2|feedback|other|1|csat=5/1..5\nh.csv:3|feedback|other|2|csat=2/1..5\n" },
		{ "Respondent ID,Collector ID,Date Created,Date Modified,nps\n"
		  "7,1,x,31/03/2026 10:00:00,9\n",
		  "h.csv:2|feedback|other|7|nps=9/0..10|@1774951200\n" },
		/* no form of Google's: its one-word headers are names */
		{ "timestamp,suggestions,score,csat\n2026-03-01,x,1,4\n",
		  "h.csv:2|feedback|other|csat=4/1..5|@1772323200\n" },
	};
	/* clang-format on */
	struct import_options o = { .dry_run = true };

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct place p = place_of("h.csv", sv_of(rows[i].file));
		struct buf told;

		buf_init(&told, 0);
		read_all(p.path, &o, &told);
		cr_expect_str_eq(told.p, rows[i].told);
		place_clear(&p);
		buf_release(&told);
	}
}

Test(exports, words_are_points_where_that_is_told_and_else_are_left_out_or_set_aside)
{
	static const struct sv form =
		SV_INIT("Sygnatura czasowa,Jak oceniasz naszą pomoc?,Uwagi\n"
			"01.03.2026 10:00:00,Bardzo dobrze,szybko\n"
			"01.03.2026 11:00:00,ŹLE,wolno\n01.03.2026 11:00:00,nie wiem,\n");
	static const char *const values[] = { "csat=bardzo dobrze=5 źle=1 nie wiem=-" };
	struct import_options o = { .dry_run = true };
	struct place p = place_of("w.csv", form);
	struct buf told;

	buf_init(&told, 0);
	read_all(p.path, &o, &told);
	cr_expect_str_eq(told.p, "w.csv:2|feedback|other|szybko|@1772359200\n"
				 "w.csv:3|feedback|other|wolno|@1772362800\n");
	buf_clear(&told);
	o.values = values;
	o.value_count = 1;
	read_all(p.path, &o, &told);
	cr_expect_str_eq(told.p,
			 "w.csv:2|feedback|other|szybko|csat=5/1..5|@1772359200\n"
			 "w.csv:3|feedback|other|wolno|csat=1/1..5|@1772362800\n");
	place_clear(&p);
	buf_release(&told);
}
