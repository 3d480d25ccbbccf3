/* SPDX-License-Identifier: Apache-2.0 */
/* themes_words.c: phrases in the words of those who wrote them, and what else they speak of. */
#include <string.h>

#include "cli/themes.h"
#include "cli/words.h"
#include "core/show.h"

enum {
	QUOTE_LENGTH = 90, /* bytes: neither a word nor a letter */
	QUOTE_COLUMNS = 110,
	SPOKEN = 50,   /* comments that tell topic and language of a phrase */
	USUAL = 300,   /* and that tell what all speak of */
	MAJORITY = 30, /* percent */
	LIFT = 2,
};

static int no_memory(struct err *err)
{
	return err_set(err, ERR_SYSTEM, "out of memory");
}

/* ---- examples --------------------------------------------------------------------------- */

struct words {
	struct sv text;
	struct verdict v;
};

static int read_words(struct theming *t, const struct theming_heard *h,
		      struct arena *arena, struct words *out, struct err *err)
{
	struct opinia_scratch *scratch = words_scratch(t->p->analyzer, err);
	struct opinia_stored s;
	int rc;

	*out = (struct words){ .text = h->text };
	if (!h->id)
		return scratch ? opinia_analyze(t->p->analyzer, scratch, h->text, h->lang,
						arena, &out->v, err)
			       : (int)err->code;
	rc = opinia_fetch(t->p->snap, h->id, arena, &s, err);
	if (rc)
		return rc;
	out->text = s.record.comment;
	out->v = s.verdict;
	return 0;
}

/* Where the phrase begins: the first word that its term would catch. */
static uint32_t begins(struct theming *t, struct sv text, struct sv term)
{
	struct err ignored = ERR_NONE;
	struct opinia_scratch *scratch = words_scratch(t->p->analyzer, &ignored);
	const struct opinia_word *word;
	size_t n = 0;

	if (sv_ends(term, SV("*")))
		term.n--;
	if (!scratch ||
	    opinia_words(t->p->analyzer, scratch, text, 0, &word, &n, &ignored))
		return 0;
	for (size_t i = 0; i < n; i++)
		if (sv_starts(word[i].folded, term))
			return word[i].span.start;
	return 0;
}

static bool quote(struct theming *t, const struct words *w, struct theming_row *row,
		  uint32_t id)
{
	struct evidence here = { .topic = TOPIC_NONE };
	struct verdict v = w->v;
	struct buf b;
	bool good;

	here.span.start = begins(t, w->text, row->x.term[0]);
	v.evidence = &here;
	v.evidence_count = 1;
	if (t->reveal)
		v.pii_count = 0;
	buf_init(&b, 0);
	show_quote(w->text, &v, TOPIC_NONE, QUOTE_COLUMNS, &b);
	row->example[row->quotes] = id;
	good = buf_ok(&b) && arena_copy(&t->arena, buf_sv(&b), &row->quote[row->quotes]);
	row->quotes += good;
	buf_release(&b);
	return good;
}

static uint32_t off(const struct theming_heard *h)
{
	return h->length > QUOTE_LENGTH ? h->length - QUOTE_LENGTH
					: QUOTE_LENGTH - h->length;
}

/* The comment of @which that reads best, of none of these customers, of none's length (many write
 * the same); SIZE_MAX: none. */
static size_t next_example(const struct theming *t, const uint32_t *which, size_t n,
			   bool in, const size_t *had, size_t had_count)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < n; i++) {
		const struct theming_heard *h = &t->heard[which[i]];
		bool fresh = h->in == in && (h->id || h->text.n);

		for (size_t k = 0; fresh && k < had_count; k++) {
			const struct theming_heard *g = &t->heard[had[k]];

			fresh = had[k] != which[i] && h->length != g->length &&
				(!h->customer || h->customer != g->customer);
		}
		if (fresh && (best == SIZE_MAX || off(h) < off(&t->heard[best])))
			best = which[i];
	}
	return best;
}

int theming_quote(struct theming *t, const uint32_t *which, size_t n, bool in,
		  struct theming_row *row, struct err *err)
{
	size_t had[THEMING_QUOTES], count = 0;
	struct arena arena;
	int rc = 0;

	arena_init(&arena, 0);
	while (!rc && count < THEMING_QUOTES) {
		size_t at = next_example(t, which, n, in, had, count);
		struct words w;

		if (at == SIZE_MAX)
			break;
		had[count++] = at;
		rc = read_words(t, &t->heard[at], &arena, &w, err);
		if (!rc && w.text.n && !quote(t, &w, row, t->heard[at].id))
			rc = no_memory(err);
	}
	arena_release(&arena);
	return rc;
}

/* ---- what they speak of -------------------------------------------------------------------- */

static void hear_verdict(const struct theming *t, const struct verdict *v,
			 struct theming_spoken *s)
{
	const struct taxonomy *x = opinia_analyzer_taxonomy(t->p->analyzer);

	s->comments++;
	if (v->language < LANG_MAX)
		s->languages[v->language]++;
	for (uint16_t i = 0; i < v->topic_count; i++)
		if (v->topics[i].topic < x->count &&
		    v->topics[i].topic < THEMING_TOPICS &&
		    memchr(x->topics[v->topics[i].topic].id.p, '.',
			   x->topics[v->topics[i].topic].id.n))
			s->topics[v->topics[i].topic]++;
}

/* Of a topic that everybody speaks of it says nothing that these comments do, too. */
static bool speaks_of(const struct theming_spoken *s, const struct theming_spoken *usual,
		      size_t topic)
{
	uint64_t here = s->topics[topic], there = usual->topics[topic];

	return here && here * 100 >= (uint64_t)s->comments * MAJORITY &&
	       here * usual->comments >= LIFT * there * s->comments;
}

void theming_name(const struct theming *t, const struct theming_spoken *s,
		  const struct theming_spoken *usual, struct theming_row *row)
{
	const struct taxonomy *x = opinia_analyzer_taxonomy(t->p->analyzer);
	size_t best = THEMING_TOPICS;

	for (size_t i = 0; i < x->count && i < THEMING_TOPICS; i++)
		if (speaks_of(s, usual, i) &&
		    (best == THEMING_TOPICS || s->topics[i] > s->topics[best]))
			best = i;
	row->topic = best < THEMING_TOPICS ? x->topics[best].id : SV("other");
	/* a line has to lie in some folder: never und */
	for (size_t i = 1; i < LANG_MAX; i++)
		if (s->languages[i] > (row->language ? s->languages[row->language] : 0))
			row->language = (uint8_t)i;
}

/* Some comments: of @which, or (NULL) of all, evenly spread. */
int theming_speak(struct theming *t, const uint32_t *which, size_t n,
		  struct theming_spoken *s, struct err *err)
{
	size_t step = which || n < USUAL ? 1 : n / USUAL, most = which ? SPOKEN : USUAL;
	struct arena arena;
	int rc = 0;

	*s = (struct theming_spoken){ .comments = 0 };
	arena_init(&arena, 0);
	for (size_t i = 0; !rc && i < n && s->comments < most; i += step) {
		struct words w;

		arena_reset(&arena);
		rc = read_words(t, &t->heard[which ? which[i] : i], &arena, &w, err);
		if (!rc && w.v.analyzed)
			hear_verdict(t, &w.v, s);
	}
	arena_release(&arena);
	return rc;
}
