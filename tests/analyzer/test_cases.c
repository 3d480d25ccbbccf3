/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_cases.c: asks the analyzer every case of lexicons/<lang>/cases.txt, and says of each
 * that fails where it stands, what came and what was wanted.
 *
 * $OPINIA_TEST_LEXICONS names other folders than the repository's, $OPINIA_TEST_LANG one language.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/analyzer/small.h"

struct run {
	const struct opinia_analyzer *a;
	struct opinia_scratch *s;
	struct arena arena;
	bool packs; /* topics= is about those of packs alone */
	unsigned asked, failed;
};

struct block {
	const char *path;
	unsigned line; /* of the text */
	struct sv text, want;
};

static struct sv topic_id(const struct run *r, const struct topic_verdict *t)
{
	return opinia_analyzer_taxonomy(r->a)->topics[t->topic].id;
}

static bool is_asked(const struct run *r, const struct topic_verdict *t)
{
	return !r->packs || opinia_analyzer_taxonomy(r->a)->topics[t->topic].of_pack;
}

static const struct topic_verdict *find_topic(const struct run *r,
					      const struct verdict *v, struct sv id)
{
	for (uint16_t i = 0; i < v->topic_count; i++)
		if (sv_eq(topic_id(r, &v->topics[i]), id))
			return &v->topics[i];
	return NULL;
}

static bool topics_fit(const struct run *r, const struct verdict *v, struct sv want)
{
	bool more = sv_starts(want, SV("+"));
	uint16_t count = 0, came = 0;

	for (uint16_t i = 0; i < v->topic_count; i++)
		came += is_asked(r, &v->topics[i]);
	if (sv_eq(want, SV("-")))
		return came == 0;
	if (more)
		want = sv_sub(want, 1, want.n);
	while (want.n) {
		struct sv label = sv_cut(&want, ','), id = sv_cut(&label, ':');
		const struct topic_verdict *t;

		id = sv_sub(id, sv_starts(id, SV("+")), id.n);
		t = find_topic(r, v, id);
		if (!t || (label.n && !sv_eq(label, sv_of(sentiment_name(t->label)))))
			return false;
		count++;
	}
	return more || count == came;
}

static bool key_fits(const struct run *r, const struct verdict *v, struct sv key,
		     struct sv want)
{
	uint8_t languages;

	if (sv_eq(key, SV("sentiment")))
		return sv_eq(want, sv_of(sentiment_name(v->sentiment)));
	if (sv_eq(key, SV("lang")))
		return sv_eq(
			want,
			opinia_analyzer_languages(r->a, &languages)[v->language].code);
	return sv_eq(key, SV("topics")) && topics_fit(r, v, want);
}

static void report(const struct run *r, const struct block *b, const struct verdict *v)
{
	uint8_t languages;

	fprintf(stderr,
		"%s:%u: " SV_FMT "\n  want " SV_FMT "\n  got  sentiment=%s topics=",
		b->path, b->line, SV_ARG(b->text), SV_ARG(b->want),
		sentiment_name(v->sentiment));
	for (uint16_t i = 0; i < v->topic_count; i++)
		fprintf(stderr, "%s" SV_FMT ":%s", i ? "," : "",
			SV_ARG(topic_id(r, &v->topics[i])),
			sentiment_name(v->topics[i].label));
	fprintf(stderr, "%s lang=" SV_FMT " score=%d\n  ", v->topic_count ? "" : "-",
		SV_ARG(opinia_analyzer_languages(r->a, &languages)[v->language].code),
		v->score);
	for (uint16_t i = 0; i < v->evidence_count; i++)
		if (v->evidence[i].topic == TOPIC_NONE)
			fprintf(stderr, " [" SV_FMT " %+d]", SV_ARG(v->evidence[i].term),
				(int)v->evidence[i].weight);
	fprintf(stderr, "\n");
}

static void ask(struct run *r, const struct block *b)
{
	struct verdict v;
	struct err err = ERR_NONE;
	struct sv rest = b->want;
	bool fits = true;

	if (opinia_analyze(r->a, r->s, b->text, SV(""), &r->arena, &v, &err)) {
		fprintf(stderr, "%s:%u: %s\n", b->path, b->line, err.text);
		exit(2);
	}
	while (rest.n) {
		struct sv value = sv_cut(&rest, ' '), key = sv_cut(&value, '=');

		if (key.n)
			fits &= key_fits(r, &v, key, value);
	}
	r->asked++;
	r->failed += !fits;
	if (!fits)
		report(r, b, &v);
	arena_reset(&r->arena);
}

static struct sv read_file(const char *path)
{
	FILE *in = fopen(path, "rb");
	char *p = NULL;
	size_t n = 0;

	if (!in)
		return (struct sv){ NULL, 0 };
	p = malloc(8 << 20);
	if (p)
		n = fread(p, 1, 8 << 20, in);
	fclose(in);
	return (struct sv){ p, n };
}

static void run_file(struct run *r, const char *path)
{
	struct sv all = read_file(path), rest = all;
	struct block b = { .path = path };
	unsigned line = 0, asked = r->asked, failed = r->failed;

	while (rest.n) {
		struct sv s = sv_cut(&rest, '\n');

		line++;
		if (!sv_trim(s).n) {
			b.text.n = 0;
		} else if (s.p[0] == '#' && (s.n == 1 || s.p[1] == ' ')) {
			continue;
		} else if (!b.text.n) {
			b.text = s;
			b.line = line;
		} else {
			b.want = s;
			ask(r, &b);
			b.text.n = 0;
		}
	}
	if (r->asked > asked)
		fprintf(stderr, "%s: %u of %u cases pass\n", path,
			r->asked - asked - (r->failed - failed), r->asked - asked);
	free((void *)(uintptr_t)all.p);
}

static void run_all(struct run *r, const char *dir, const char *only)
{
	uint8_t count;
	const struct opinia_language *l = opinia_analyzer_languages(r->a, &count);

	for (uint8_t i = 0; i < count; i++) {
		char path[4096];

		if (only && !sv_eq(l[i].code, sv_of(only)))
			continue;
		snprintf(path, sizeof(path), "%s/%s" SV_FMT "/cases.txt", dir,
			 r->packs ? "packs/" : "", SV_ARG(l[i].code));
		run_file(r, path);
	}
}

Test(cases, every_case_of_every_language_passes)
{
	const char *dir = getenv("OPINIA_TEST_LEXICONS");
	struct run r = { 0 };
	struct small x;

	small_real(&x, dir ? dir : SMALL_LEXICONS);
	r.a = x.a;
	r.s = x.s;
	arena_init(&r.arena, 0);
	run_all(&r, dir ? dir : SMALL_LEXICONS, getenv("OPINIA_TEST_LANG"));
	small_packs(&x, "all");
	r.s = x.s;
	r.packs = true;
	run_all(&r, dir ? dir : SMALL_LEXICONS, getenv("OPINIA_TEST_LANG"));
	arena_release(&r.arena);
	small_close(&x);
	cr_expect_eq(r.failed, 0, "%u of %u cases fail", r.failed, r.asked);
}
