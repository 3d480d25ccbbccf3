/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plan_words.c: see plan_words.h. The words that folded a comment fold the question,
 * once for each language: which language a comment was in decides how its words were
 * stemmed.
 */
#include "store/plan_words.h"

#include <string.h>

#include "core/utf8.h"
#include "store/plan.h"

struct asking {
	const struct opinia_store *store;
	const struct filter_value *v;
	struct arena *arena;
	struct err *err;
	struct text_probe *probes;
	size_t count;
};

static bool same_probe(const struct text_probe *a, const struct text_probe *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (a->items[i].group != b->items[i].group ||
		    a->items[i].form != b->items[i].form ||
		    a->items[i].place != b->items[i].place)
			return false;
	return true;
}

static int ask_in(struct asking *a, uint8_t language)
{
	struct text_probe *p = &a->probes[a->count];
	struct text_term *terms;
	struct word *words;
	size_t n;
	int rc = a->store->words.words(a->store->words.self, a->v->text, language,
				       a->arena, &words, &n, a->err);

	if (rc || n == 0)
		return rc;
	if (n > TEXT_ITEMS_MAX)
		return err_set(a->err, ERR_USAGE, "a phrase has at most %d words",
			       TEXT_ITEMS_MAX);
	rc = text_terms(a->store->keys.word, a->store->languages[language], words, n,
			a->arena, &terms, a->err);
	if (rc)
		return rc;
	for (size_t i = n; i > 0; i--)
		terms[i - 1].place -= terms[0].place;
	*p = (struct text_probe){ terms, n, !a->v->phrase && !a->v->exact };
	for (size_t i = 0; i < a->count; i++)
		if (same_probe(p, &a->probes[i]))
			return 0;
	a->count++;
	return 0;
}

int plan_words(const struct opinia_store *store, const struct filter_value *v,
	       struct arena *arena, const struct text_probe **probes, size_t *count,
	       struct err *err)
{
	struct asking a = { store, v, arena, err, NULL, 0 };
	struct sv shown = utf8_clip(v->text, 40);
	int rc = 0;

	if (!store->has_key)
		return err_set(err, ERR_CONFIG,
			       "looking for words (`" SV_FMT
			       "`) needs the store's key: they are kept "
			       "only as keyed digests",
			       SV_ARG(shown));
	if (!store->words.words || store->language_count == 0)
		return err_set(err, ERR_CONFIG,
			       "looking for words (`" SV_FMT
			       "`) needs the lexicons, and they are not "
			       "loaded",
			       SV_ARG(shown));
	a.probes = arena_take(arena, store->language_count * sizeof(*a.probes));
	if (!a.probes)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (uint8_t i = 0; i < store->language_count && !rc; i++)
		rc = ask_in(&a, i);
	if (!rc && a.count == 0)
		return err_set(err, ERR_USAGE, "there is no word in `" SV_FMT "`",
			       SV_ARG(shown));
	*probes = a.probes;
	*count = a.count;
	return rc;
}
