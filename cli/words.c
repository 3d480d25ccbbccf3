/* SPDX-License-Identifier: Apache-2.0 */
/* words.c: see words.h. A scratch a thread, kept by a thread key. */
#include "cli/words.h"

#include <pthread.h>
#include <string.h>

#include "cli/lexicon.h"

static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void drop(void *scratch)
{
	opinia_scratch_free(scratch);
}

static void make_key(void)
{
	pthread_key_create(&key, drop);
}

struct opinia_scratch *words_scratch(struct opinia_analyzer *analyzer, struct err *err)
{
	struct opinia_scratch *s;

	pthread_once(&once, make_key);
	s = pthread_getspecific(key);
	if (!s) {
		if (lexicon_ready(analyzer, err))
			return NULL;
		s = opinia_scratch_new(analyzer);
		if (!s)
			err_set(err, ERR_SYSTEM, "out of memory");
		pthread_setspecific(key, s);
	}
	return s;
}

void words_scratch_drop(void)
{
	pthread_once(&once, make_key);
	opinia_scratch_free(pthread_getspecific(key));
	pthread_setspecific(key, NULL);
}

/* A copy at @to, which moves behind it. */
static struct sv keep(char **to, struct sv s)
{
	struct sv out = { *to, s.n };

	memcpy(*to, s.p, s.n);
	*to += s.n;
	return out;
}

/* A stem is mostly the start of its word, and then needs no room of its own. */
static bool is_head(const struct opinia_word *w)
{
	return w->stem.n <= w->folded.n && memcmp(w->stem.p, w->folded.p, w->stem.n) == 0;
}

static int take_words(void *self, struct sv text, uint8_t language, struct arena *arena,
		      struct word **out, size_t *count, struct err *err)
{
	struct opinia_analyzer *a = self;
	struct opinia_scratch *s = words_scratch(a, err);
	const struct opinia_word *found = NULL;
	size_t n = 0, bytes = 0;
	char *to;
	int rc;

	if (!s)
		return (int)err->code;
	rc = opinia_words(a, s, text, language, &found, &n, err);
	if (rc)
		return rc;
	for (size_t i = 0; i < n; i++)
		bytes += found[i].folded.n + found[i].stem.n;
	*count = n;
	*out = arena_take(arena, (n + 1) * sizeof(**out));
	to = arena_take(arena, bytes + 1);
	if (!*out || !to)
		return err_set(err, ERR_SYSTEM, "out of memory");
	for (size_t i = 0; i < n; i++) {
		struct word *w = &(*out)[i];

		*w = (struct word){ .span = found[i].span, .place = (uint32_t)i };
		w->folded = keep(&to, found[i].folded);
		w->stem = is_head(&found[i]) ? sv_sub(w->folded, 0, found[i].stem.n)
					     : keep(&to, found[i].stem);
	}
	return 0;
}

static int take_stem(void *self, struct sv folded, uint8_t language, struct sv *out,
		     struct err *err)
{
	struct opinia_scratch *s = words_scratch(self, err);

	if (!s)
		return (int)err->code;
	*out = opinia_stem_for_search(self, s, language, folded);
	return 0;
}

struct word_source words_of(struct opinia_analyzer *analyzer)
{
	return (struct word_source){ .self = analyzer,
				     .words = take_words,
				     .stem = take_stem };
}
