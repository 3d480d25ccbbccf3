/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_learned.c: learned.tsv and who writes it: lines become a table or a place and a reason, a
 * table changes verdicts as told, and the learner learns what is there, and nothing where there
 * is too little.
 */
#include <stdlib.h>
#include <criterion/criterion.h>

#include "analyzer/learned.h"
#include "tests/analyzer/small.h"

static const char HEAD[] =
	"@bias\t0\n@whole\t1.0\n@sharp\t1.0\n@zone\t0.4\n@mixed\t0.7\n";

/* The base lexicon with @lines behind the usual numbers, in an overlay of its own. */
static int compile_with(struct small *x, const char *head, const char *lines)
{
	char text[4096], overlay[128];
	const char *overlays[] = { overlay, NULL };

	small_files(x, NULL);
	snprintf(text, sizeof(text), "%s%s", head, lines);
	small_write(x->dir, "over/learned.tsv", text);
	snprintf(overlay, sizeof(overlay), "%s/over", x->dir);
	return opinia_lexicon_compile(x->dir, overlays, x->table, small_tell, x, &x->err);
}

static void open_with(struct small *x, const char *head, const char *lines)
{
	if (compile_with(x, head, lines) ||
	    opinia_analyzer_open(&x->a, x->table, &x->err))
		small_die(x->err.text);
	x->s = opinia_scratch_new(x->a);
	if (!x->s)
		small_die("out of memory");
}

static const struct evidence *learned_of(const struct verdict *v, const char *term)
{
	for (uint16_t i = 0; i < v->evidence_count; i++)
		if (v->evidence[i].rules & RULE_LEARNED &&
		    sv_eq(v->evidence[i].term, sv_of(term)))
			return &v->evidence[i];
	return NULL;
}

Test(learned, words_stems_and_pairs_move_the_verdict)
{
	static const struct {
		const char *lines, *text, *term;
		uint8_t sentiment;
	} rows[] = {
		{ "", "zburlix la usa", NULL, SENTIMENT_NEU },
		{ "zburlix\t-4\n", "zburlix la usa", "zburlix", SENTIMENT_NEG },
		{ "zburlix\t4\n", "ZBURLIX la usa", "zburlix", SENTIMENT_POS },
		{ "zburlix\t4\t-6\n", "nu e zburlix", "zburlix", SENTIMENT_NEG },
		{ "zburlix\t4\t-6\n", "nu, e zburlix", "zburlix", SENTIMENT_POS },
		{ "zburl*\t-4\n", "zburlicos", "zburl*", SENTIMENT_NEG },
		{ "usa mea\t-5\n", "la ușa mea", "usa mea", SENTIMENT_NEG },
		{ "usa mea\t-5\n", "la ușa. Mea culpa", NULL, SENTIMENT_NEU },
		{ "0 saptamani\t-5\n", "dupa 3 săptămâni", "0 saptamani", SENTIMENT_NEG },
		{ "🐌\t-5\n", "curier 🐌", "🐌", SENTIMENT_NEG },
		{ "bun\t-9\n", "bun", "bun", SENTIMENT_NEG },
		{ "zburlix\t0.01\n", "zburlix bun", NULL, SENTIMENT_POS },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct small x;
		struct verdict v;

		open_with(&x, HEAD, rows[i].lines);
		v = small_ask(&x, rows[i].text, "ro");
		cr_expect_eq(v.sentiment, rows[i].sentiment, "%s: %s %d", rows[i].text,
			     sentiment_name(v.sentiment), v.score);
		cr_expect_eq(!rows[i].term,
			     !(rows[i].term ? learned_of(&v, rows[i].term) : NULL),
			     "%s: the evidence", rows[i].text);
		small_close(&x);
	}
}

Test(learned, numbers_set_threshold_neutral_and_mixed)
{
	static const struct {
		const char *head, *text;
		uint8_t sentiment;
		int score; /* -1, 0: any, 1 */
	} rows[] = {
		{ "@threshold\t5\n", "foarte bun", SENTIMENT_NEG, -1 },
		{ "@threshold\t-5\n", "prost", SENTIMENT_POS, 1 },
		{ "@bias\t0\t3\n@sharp\t1\t1\n", "foarte bun", SENTIMENT_NEU, 1 },
		{ "@bias\t0\t-3\n@sharp\t1\t1\n", "foarte bun", SENTIMENT_POS, 1 },
		{ "@mixed\t90\n", "foarte bun, dar foarte prost", SENTIMENT_MIXED, 0 },
		{ "@mixed\t0\n", "foarte bun, dar foarte prost", SENTIMENT_NEG, -1 },
		{ "@zone\t90\n", "foarte bun", SENTIMENT_NEU, 1 },
		{ "@bias\t-9\n", "foarte bun azi", SENTIMENT_NEG, -1 },
		{ "@bias\t-9\n@known\t0.5\n", "foarte bun azi", SENTIMENT_POS, 1 },
		{ "@bias\t-9\n@known\t0.5\n", "azi", SENTIMENT_NEG, -1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct small x;
		struct verdict v;

		open_with(&x, rows[i].head, "");
		v = small_ask(&x, rows[i].text, "ro");
		cr_expect_eq(v.sentiment, rows[i].sentiment, "%s %s: %s", rows[i].head,
			     rows[i].text, sentiment_name(v.sentiment));
		cr_expect(!rows[i].score || (v.score > 0) == (rows[i].score > 0),
			  "%s %s: %d", rows[i].head, rows[i].text, v.score);
		cr_expect(v.conf > 0 && v.conf < 1000, "%s: %d", rows[i].text, v.conf);
		small_close(&x);
	}
}

/* Where only that was learned: the label's own slope, or that of all, and the label's shift. */
Test(learned, how_sure_goes_by_label)
{
	static const char *const heads[] = {
		"@conf\t1\n",
		"@conf\t0.5\n",
		"@conf\t0.5\n@conf_pos\t0\t1\n",
		"@conf\t1\n@conf_pos\t0\t-1\n",
		"@conf\t1\n@conf_neg\t9\t-1\n",
		"@conf\t1\n@conf_pos\t9\n",
	};
	int conf[sizeof(heads) / sizeof(heads[0])];

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		struct small x;
		struct verdict v;

		open_with(&x, heads[i], "");
		v = small_ask(&x, "foarte bun", "ro");
		cr_expect_eq(v.sentiment, SENTIMENT_POS, "%s", heads[i]);
		conf[i] = v.conf;
		small_close(&x);
	}
	cr_expect_gt(conf[0], 600);
	cr_expect(conf[1] > 500 && conf[1] < conf[0] - 20, "half the slope: %d", conf[1]);
	cr_expect_eq(conf[2], conf[0], "its own slope: %d", conf[2]);
	cr_expect(abs(conf[3] - (1000 - conf[0])) <= 2, "turned round: %d", conf[3]);
	cr_expect_eq(conf[4], conf[0], "another label's: %d", conf[4]);
	cr_expect_eq(conf[5], 999, "shifted: %d", conf[5]);
}

Test(learned, a_wrong_line_is_named)
{
	static const struct {
		const char *lines, *note;
	} rows[] = {
		{ "@biass\t1\n", "learned.tsv:6: no such number" },
		{ "@bias\tmult\n", "learned.tsv:6: \"mult\" is no number" },
		{ "@bias\t1000\n", "learned.tsv:6: \"1000\" is no number" },
		{ "bun\t31\n", "learned.tsv:6: \"31\" is no weight" },
		{ "bun\tx\n", "learned.tsv:6: \"x\" is no weight" },
		{ "bun, rau\t1\n", "is no word" },
		{ "bun si rau\t1\n", "is no word" },
		{ "*\t1\n", "is no word" },
		{ "bun* rau\t1\n", "a stem stands alone" },
		{ "bun\t1\nBUN\t2\n", "\"BUN\" stands twice" },
		{ "bun\t1\t1\t1\t1\t1/1\tmai mult\n", "more than 6 columns" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct small x;

		cr_expect_eq(compile_with(&x, HEAD, rows[i].lines), ERR_CONFIG, "%s",
			     rows[i].lines);
		cr_expect(strstr(x.note, rows[i].note), "%s: %s", rows[i].lines, x.note);
		small_close(&x);
	}
}

Test(learned, the_last_folder_speaks_and_the_hash_knows)
{
	struct small x, y;
	char a[128], b[128], first[80];
	const char *overlays[] = { a, b, NULL };
	struct verdict v;

	open_with(&x, HEAD, "zburlix\t-4\n");
	snprintf(first, sizeof(first), SV_FMT, SV_ARG(opinia_analyzer_hash(x.a)));
	open_with(&y, HEAD, "zburlix\t-3\n");
	cr_expect_neq(sv_cmp(sv_of(first), opinia_analyzer_hash(y.a)), 0);
	snprintf(a, sizeof(a), "%s/over", x.dir);
	snprintf(b, sizeof(b), "%s/two", x.dir);
	small_write(x.dir, "two/learned.tsv", "@bias\t0\nzburlix\t4\n");
	cr_assert_eq(opinia_lexicon_compile(x.dir, overlays, y.table, NULL, NULL, NULL),
		     0);
	opinia_scratch_free(y.s);
	opinia_analyzer_close(y.a);
	cr_assert_eq(opinia_analyzer_open(&y.a, y.table, &y.err), 0);
	y.s = opinia_scratch_new(y.a);
	v = small_ask(&y, "zburlix", "ro");
	cr_expect_eq(v.sentiment, SENTIMENT_POS);
	small_close(&x);
	small_close(&y);
}

/* Whoever knows the seal may write anything into the two sections: no crash, no wild read. */
Test(learned, a_forged_model_does_no_harm)
{
	enum { MOST = 1 << 20 };
	struct small x;
	static unsigned char good[MOST], bad[MOST];
	uint64_t seed = 88172645463325252u;
	size_t n;
	FILE *f;

	open_with(&x, HEAD, "zburlix\t-4\t3\t2\t1\nusa mea\t1\nzburl*\t2\n");
	f = fopen(x.table, "rb");
	n = f ? fread(good, 1, MOST, f) : 0;
	cr_assert(n > 0 && n < MOST);
	fclose(f);
	for (int round = 0; round < 400; round++) {
		struct table_header *h = (struct table_header *)(void *)bad;
		struct opinia_analyzer *a;

		memcpy(bad, good, n);
		for (int i = 0; i < 4; i++) {
			uint32_t sec;

			seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
			sec = seed & 1 ? SEC_LEARNED : SEC_TERMS;
			bad[h->section[sec].offset +
			    (seed >> 20) % h->section[sec].bytes] ^=
				(unsigned char)(1u << (seed >> 60 & 7));
		}
		if (round % 8 == 0)
			h->section[round % 16 ? SEC_TERMS : SEC_LEARNED].bytes -= 16;
		h->seal = table_seal(bad, n);
		f = fopen(x.table, "wb");
		cr_assert(f && fwrite(bad, 1, n, f) == n && fclose(f) == 0);
		if (opinia_analyzer_open(&a, x.table, &x.err)) {
			cr_expect_eq(x.err.code, ERR_INPUT);
			continue;
		}
		opinia_scratch_free(x.s);
		opinia_analyzer_close(x.a);
		x.a = a;
		x.s = opinia_scratch_new(a);
		(void)small_ask(&x, "nu e zburlix la usa mea, foarte bun", "ro");
	}
	small_close(&x);
}

/* ---- the learner -------------------------------------------------------------------- */

/* @n comments in which `fost` praises and `zice` complains, words of which no lexicon knows. */
static struct opinia_learner *teach(struct small *x, uint32_t n, uint32_t customers,
				    struct opinia_learner_options opt)
{
	static const char *const good[] = { "plimox", "zarel", "curtovan" };
	static const char *const bad[] = { "brodat", "nimurel", "scovorda" };
	static const char *const rest[] = { "la magazin", "cu telefonul", "pe site",
					    "de la curier", "in aplicatie" };
	struct opinia_learner *l = opinia_learner_new(x->a, &opt);

	for (uint32_t i = 0; l && i < n; i++) {
		bool up = i % 2;
		char text[200], id[20], who[20];
		struct opinia_lesson one;

		snprintf(text, sizeof(text), "a fost %s %s, vin de %u ori",
			 up ? good[i / 2 % 3] : bad[i / 2 % 3], rest[i % 5], i);
		snprintf(id, sizeof(id), "r%u", i);
		snprintf(who, sizeof(who), "c%u", i % customers);
		one = (struct opinia_lesson){ .id = sv_of(id),
					      .text = sv_of(text),
					      .lang = SV("ro"),
					      .customer = sv_of(who),
					      .label = up ? SENTIMENT_POS
							  : SENTIMENT_NEG };
		cr_assert_eq(opinia_learner_add(l, &one, &x->err), 0);
	}
	return l;
}

Test(learned, what_the_scores_say_is_learned_and_applied)
{
	struct opinia_learner_options opt = { .seed = 1 };
	const struct opinia_learner_report *r;
	struct small x, y;
	struct opinia_learner *l, *again;
	struct buf text, twice;
	struct verdict v;

	small_open(&x, NULL);
	l = teach(&x, 400, 100, opt);
	again = teach(&x, 400, 100, opt);
	buf_init(&text, 0);
	buf_init(&twice, 0);
	cr_assert_eq(opinia_learner_run(again, &r, &x.err), 0);
	cr_assert_eq(opinia_learner_run(l, &r, &x.err), 0);
	cr_expect(r->accepted, "%s", r->why);
	cr_expect(r->before < 5000 && r->after > 9500, "%d %d", r->before, r->after);
	cr_expect_eq(r->customers, 100);
	cr_expect_gt(r->up[0].weight, 0);
	cr_expect_lt(r->down[0].weight, 0);
	opinia_learner_write(l, &text);
	opinia_learner_write(again, &twice);
	cr_expect_eq(sv_cmp(buf_sv(&text), buf_sv(&twice)), 0, "other bytes");
	cr_expect_null(strstr(text.p, "vin de 3"), "words of one customer");
	small_files(&y, NULL);
	small_write(y.dir, "learned.tsv", text.p);
	cr_assert_eq(small_compile(&y), 0, "%s", y.note);
	cr_assert_eq(opinia_analyzer_open(&y.a, y.table, &y.err), 0);
	y.s = opinia_scratch_new(y.a);
	v = small_ask(&y, "totul curtovan", "ro");
	cr_expect_eq(v.sentiment, SENTIMENT_POS);
	v = small_ask(&y, "un nimurel", "ro");
	cr_expect_eq(v.sentiment, SENTIMENT_NEG);
	opinia_learner_free(l);
	opinia_learner_free(again);
	buf_release(&text);
	buf_release(&twice);
	small_close(&x);
	small_close(&y);
}

Test(learned, where_there_is_too_little_nothing_is_learned_and_it_is_said_why)
{
	static const struct {
		uint32_t n, customers, k, limit;
		const char *why; /* NULL: accepted */
	} rows[] = {
		{ 0, 1, 0, 0, "0 comments" },
		{ 199, 199, 0, 0, "199 comments" },
		{ 400, 400, 0, 150, "150 comments" },
		{ 400, 2, 3, 0, "held out" },
		{ 400, 400, 0, 0, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct opinia_learner_options opt = { .customers = rows[i].k,
						      .limit = rows[i].limit };
		const struct opinia_learner_report *r;
		struct small x;
		struct opinia_learner *l;

		small_open(&x, NULL);
		l = teach(&x, rows[i].n, rows[i].customers, opt);
		cr_assert_eq(opinia_learner_run(l, &r, &x.err), 0);
		cr_expect_eq(r->accepted, !rows[i].why, "%zu: %s", i, r->why);
		if (rows[i].why)
			cr_expect(strstr(r->why, rows[i].why), "%zu: %s", i, r->why);
		opinia_learner_free(l);
		small_close(&x);
	}
}
