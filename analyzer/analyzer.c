/* SPDX-License-Identifier: Apache-2.0 */
/*
 * analyzer.c: **read first**. Opening the table, and the steps of reading a comment in
 * their order; each step is a file of its own and knows only those before it.
 */
#include "analyzer/opinia_analyzer.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analyzer/learned.h"
#include "analyzer/packs.h"
#include "analyzer/pii.h"
#include "analyzer/scratch.h"
#include "analyzer/typo.h"
#include "analyzer/verdict.h"

struct opinia_analyzer {
	struct table table;
	pthread_mutex_t lock; /* of `looked`, and of the table while it is looked at */
	bool looked;	      /* the whole table was: opinia_analyzer_ready()          */
	char *path;
	void *map;
	size_t size;
	struct taxonomy taxonomy;
	struct topic_info *topics;
	struct opinia_language languages[TABLE_LANGS_MAX];
	int no_content; /* its topic, or -1 */
	uint32_t packs; /* that are on: a bit each */
	struct pack_hash hash;
	uint64_t *slips; /* of the table */
};

static void name_topics(struct opinia_analyzer *a)
{
	const struct table *t = &a->table;

	assert(a->topics || !t->topic_count);
	for (uint32_t i = 0; i < t->topic_count; i++) {
		struct topic_info *k = &a->topics[i];

		k->id = table_string(t, t->topics[i].id);
		for (int l = 0; l < UI_LANGS; l++)
			k->label[l] = table_string(t, t->topics[i].label[l]);
		k->stage = table_string(t, t->topics[i].stage);
		k->owner = table_string(t, t->topics[i].owner);
		k->of_pack = t->topics[i].packs != 0;
	}
	a->taxonomy = (struct taxonomy){ a->topics, (uint16_t)t->topic_count };
	a->no_content = taxonomy_find(&a->taxonomy, SV("no_content"));
	for (uint32_t i = 0; i < t->lang_count; i++) {
		a->languages[i].code = table_string(t, t->langs[i].code);
		for (int l = 0; l < UI_LANGS; l++)
			a->languages[i].name[l] = table_string(t, t->langs[i].name[l]);
	}
}

static int map_file(struct opinia_analyzer *a, const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), rc = 0;
	struct stat st;

	if (fd < 0)
		return err_set(err, errno == ENOENT ? ERR_MISSING : ERR_SYSTEM, "%s",
			       strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size < 64)
		rc = err_set(err, ERR_INPUT, "this is no compiled lexicon");
	if (!rc) {
		a->size = (size_t)st.st_size;
		a->map = mmap(NULL, a->size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (a->map == MAP_FAILED) {
			a->map = NULL;
			rc = err_set(err, ERR_SYSTEM, "%s", strerror(errno));
		}
	}
	close(fd);
	return rc;
}

int opinia_analyzer_open_names(struct opinia_analyzer **out, const char *path,
			       struct err *err)
{
	struct opinia_analyzer *a = calloc(1, sizeof(*a));
	int rc;

	*out = NULL;
	if (!a)
		return err_set(err, ERR_SYSTEM, "out of memory");
	pthread_mutex_init(&a->lock, NULL);
	a->path = strdup(path);
	rc = a->path ? map_file(a, path, err) : err_set(err, ERR_SYSTEM, "out of memory");
	if (!rc)
		rc = table_names(&a->table, a->map, a->size, err);
	if (!rc) {
		a->topics = calloc(a->table.topic_count + 1u, sizeof(*a->topics));
		rc = a->topics ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
	}
	if (rc) {
		opinia_analyzer_close(a);
		err_at(err, "%s", path);
		return rc;
	}
	name_topics(a);
	packs_hash(&a->table, 0, &a->hash);
	*out = a;
	return 0;
}

const char *opinia_analyzer_path(const struct opinia_analyzer *a)
{
	return a->path;
}

int opinia_analyzer_ready(struct opinia_analyzer *a, struct err *err)
{
	int rc = 0;

	pthread_mutex_lock(&a->lock);
	if (!a->looked) {
		rc = table_whole(&a->table, a->map, a->size, err);
		if (!rc)
			rc = pii_prepare(err);
		if (!rc && !a->slips) {
			a->slips = typo_filter_make(&a->table);
			rc = a->slips ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
		}
		a->looked = !rc;
	}
	pthread_mutex_unlock(&a->lock);
	return rc ? err_at(err, "%s", a->path) : 0;
}

int opinia_analyzer_open(struct opinia_analyzer **out, const char *path, struct err *err)
{
	int rc = opinia_analyzer_open_names(out, path, err);

	if (rc)
		return rc;
	assert(*out);
	rc = opinia_analyzer_ready(*out, err);
	if (rc) {
		opinia_analyzer_close(*out);
		*out = NULL;
	}
	return rc;
}

int opinia_analyzer_choose_packs(struct opinia_analyzer *a, struct sv names,
				 struct err *err)
{
	uint32_t packs;
	int rc = packs_find(&a->table, names, &packs, err);

	if (rc)
		return rc;
	a->packs = packs;
	packs_hash(&a->table, packs, &a->hash);
	return 0;
}

void opinia_analyzer_close(struct opinia_analyzer *a)
{
	if (!a)
		return;
	if (a->map)
		munmap(a->map, a->size);
	pthread_mutex_destroy(&a->lock);
	free(a->slips);
	free(a->topics);
	free(a->path);
	free(a);
}

struct sv opinia_analyzer_hash(const struct opinia_analyzer *a)
{
	return sv_of(a->hash.text);
}

const struct taxonomy *opinia_analyzer_taxonomy(const struct opinia_analyzer *a)
{
	return &a->taxonomy;
}

const struct opinia_language *opinia_analyzer_languages(const struct opinia_analyzer *a,
							uint8_t *count)
{
	*count = (uint8_t)a->table.lang_count;
	return a->languages;
}

int opinia_analyzer_language(const struct opinia_analyzer *a, struct sv code)
{
	for (uint32_t i = 0; i < a->table.lang_count; i++)
		if (sv_ieq(a->languages[i].code, code))
			return (int)i;
	return -1;
}

struct opinia_scratch *opinia_scratch_new(const struct opinia_analyzer *a)
{
	struct opinia_scratch *s = calloc(1, sizeof(*s));

	assert(a->looked); /* opinia_analyzer_ready() */
	if (!s)
		return NULL;
	scratch_init(s, &a->table);
	scratch_packs(s, a->packs);
	s->sums = calloc(a->table.topic_count + 1u, sizeof(*s->sums));
	s->match = pii_match_new();
	s->endings = endings_make(&a->table);
	if (!s->sums || !s->match || !s->endings) {
		opinia_scratch_free(s);
		return NULL;
	}
	return s;
}

void opinia_scratch_free(struct opinia_scratch *s)
{
	if (!s)
		return;
	pii_match_free(s->match);
	scratch_release(s);
	free(s);
}

/* `pl`, `pl-PL`, `pl_PL.UTF-8`: a language of ours, or -1. */
static int hint_of(const struct opinia_analyzer *a, struct sv hint)
{
	size_t n = 0;

	while (n < hint.n && ((hint.p[n] | 32) >= 'a' && (hint.p[n] | 32) <= 'z'))
		n++;
	return n ? opinia_analyzer_language(a, sv_sub(hint, 0, n)) : -1;
}

static int fill(const struct opinia_analyzer *a, struct opinia_scratch *s,
		struct arena *arena, struct verdict *v)
{
	int bad;

	v->language = s->language;
	if (no_content(s))
		return verdict_no_content(a->no_content, arena, v);
	clauses_split(s);
	topics_pair(s);
	rules_apply(s);
	topics_weigh(s);
	verdict_score(s, v);
	verdict_plain(s, v);
	if (a->table.learned && !s->plain)
		learned_score(s, v);
	bad = verdict_topics(s, arena, v);
	return bad ? bad : verdict_evidence(s, arena, v);
}

int opinia_analyze(const struct opinia_analyzer *a, struct opinia_scratch *s,
		   struct sv text, struct sv lang_hint, struct arena *arena,
		   struct verdict *out, struct err *err)
{
	int rc;

	*out = (struct verdict){ .analyzed = text.n > 0,
				 .sentiment = SENTIMENT_NEU,
				 .plain.sentiment = SENTIMENT_NEU };
	if (!text.n)
		return 0;
	rc = scratch_fit(s, text.n, err);
	if (rc)
		return rc;
	normalize(s, text);
	tokens_split(s);
	lookup(s);
	phrases_find(s);
	language_choose(s, hint_of(a, lang_hint));
	match(s);
	if (fill(a, s, arena, out))
		return err_set(err, ERR_SYSTEM, "out of memory for a verdict");
	if (pii_possible(s))
		return opinia_pii_find(s, text, arena, &out->pii, &out->pii_count, err);
	return 0;
}
