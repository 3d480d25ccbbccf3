/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kit.h: what the store's tests share: a scratch folder, a toy taxonomy, toy words, short
 * ways to put a record in. Everything is static inline, so that a test is one file.
 */
#ifndef OPINIA_TESTS_STORE_KIT_H
#define OPINIA_TESTS_STORE_KIT_H

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/opinia_store.h"

#define KIT __attribute__((unused)) static

enum { KIT_MAP = 64 << 20 }; /* bytes: valgrind refuses large maps */

static const struct sv kit_languages[] = { { "und", 3 }, { "ro", 2 }, { "pl", 2 } };
enum { TOPIC_CHECKOUT, TOPIC_DELIVERY, TOPIC_WAIT, TOPIC_NOTHING, KIT_TOPICS };
static const struct topic_info kit_topics[KIT_TOPICS] = {
	[TOPIC_CHECKOUT] = { .id = { "order.checkout", 14 } },
	[TOPIC_DELIVERY] = { .id = { "delivery.time", 13 } },
	[TOPIC_WAIT] = { .id = { "service.wait_time", 17 } },
	[TOPIC_NOTHING] = { .id = { "no_content", 10 } },
};
static const struct taxonomy kit_taxonomy = { kit_topics, KIT_TOPICS };

/* Words are letters and digits in ASCII lower case; the stem is the first five bytes. */
KIT int kit_words(void *self, struct sv text, uint8_t language, struct arena *a,
		  struct word **out, size_t *count, struct err *err)
{
	struct word *w = arena_take(a, (text.n / 2 + 1) * sizeof(*w));
	char *low = arena_take(a, text.n + 1);
	size_t n = 0, i = 0;

	(void)self, (void)language, (void)err;
	while (w && low && i < text.n) {
		size_t from = i;

		while (i < text.n &&
		       (isalnum((unsigned char)text.p[i]) || text.p[i] < 0)) {
			low[i] = (char)tolower((unsigned char)text.p[i]);
			i++;
		}
		if (i == from) {
			i++;
			continue;
		}
		w[n] = (struct word){ .folded = { low + from, i - from },
				      .stem = { low + from, i - from > 5 ? 5 : i - from },
				      .span = { (uint32_t)from, (uint32_t)i },
				      .place = (uint32_t)n };
		n++;
	}
	*out = w;
	*count = n;
	return 0;
}

struct kit {
	char root[64], dir[96];
	struct opinia_store_options opt;
	struct opinia_store *store;
	struct err err;
	struct batch batch;
	struct verdict verdicts[BATCH_RECORDS];
};

KIT void kit_options(struct kit *k)
{
	k->opt = (struct opinia_store_options){ .dir = k->dir,
						.map_start = KIT_MAP,
						.map_max = 4ULL * KIT_MAP,
						.taxonomy = &kit_taxonomy,
						.languages = kit_languages,
						.language_count = 3,
						.words = { .words = kit_words } };
}

KIT int kit_open(struct kit *k)
{
	k->err = ERR_NONE;
	return opinia_store_open(&k->store, &k->opt, &k->err);
}

/* A folder of its own under @where with a fresh store in it. NULL: see what it printed. */
KIT struct kit *kit_new_in(const char *where)
{
	struct kit *k = calloc(1, sizeof(*k));

	unsetenv("CREDENTIALS_DIRECTORY");
	snprintf(k->root, sizeof(k->root), "%s/opinia-test-XXXXXX", where);
	if (!mkdtemp(k->root))
		return NULL;
	snprintf(k->dir, sizeof(k->dir), "%s/store", k->root);
	kit_options(k);
	batch_init(&k->batch);
	if (!opinia_store_init(&k->opt, "Europe/Bucharest", &k->err) && !kit_open(k))
		return k;
	fprintf(stderr, "kit: %s\n", k->err.text);
	return NULL;
}

KIT struct kit *kit_new(void)
{
	return kit_new_in("/tmp");
}

KIT void kit_remove(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[600];

	while (d && (e = readdir(d))) {
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (e->d_name[0] != '.' && unlink(path))
			kit_remove(path);
	}
	if (d)
		closedir(d);
	rmdir(dir);
}

KIT void kit_free(struct kit *k)
{
	opinia_store_close(k->store);
	batch_release(&k->batch);
	kit_remove(k->root);
	free(k);
}

KIT int kit_reopen(struct kit *k)
{
	opinia_store_close(k->store);
	return kit_open(k);
}

/* ---- records ----------------------------------------------------------------------- */

#define KIT_DAY0 INT64_C(1767261600000) /* 2026-01-01 12:00 in Bucharest */

KIT struct sv kit_sv(struct kit *k, const char *text)
{
	struct sv s = { 0 };

	if (!text || !arena_copy(&k->batch.arena, sv_of(text), &s))
		return (struct sv){ 0 };
	return s;
}

/*
 * One feedback record; @comment and @customer may be NULL, @csat 0 is none, @topic -1 is
 * none.
 */
KIT struct record *kit_feedback(struct kit *k, const char *id, const char *customer,
				int day, int csat, const char *comment, int mood,
				int topic)
{
	struct record *r = batch_add(&k->batch, KIND_FEEDBACK);
	struct verdict *v = &k->verdicts[k->batch.count - 1];
	struct topic_verdict *t = arena_zero(&k->batch.arena, 1, sizeof(*t));

	r->source = SV("files");
	r->external_id = kit_sv(k, id);
	r->channel = CHANNEL_CHAT;
	r->answered_at = KIT_DAY0 + (int64_t)day * MS_DAY;
	r->customer = kit_sv(k, customer);
	r->comment = kit_sv(k, comment);
	if (csat) {
		r->scores[0] = score_preset(SCORE_CSAT);
		r->scores[0].value = (int16_t)csat;
		r->score_count = 1;
	}
	*v = (struct verdict){ .analyzed = comment != NULL,
			       .language = comment ? 1 : 0,
			       .sentiment = (uint8_t)mood,
			       .score = -300,
			       .conf = 700 };
	if (comment && topic >= 0) {
		*t = (struct topic_verdict){ (uint16_t)topic, (uint8_t)mood, -500 };
		v->topics = t;
		v->topic_count = 1;
	}
	return r;
}

KIT void kit_plain(struct kit *k) /* the last record of another kind has no verdict */
{
	k->verdicts[k->batch.count - 1] = (struct verdict){ .analyzed = false };
}

/* @count feedback rows with words, of seven customers; ids are @prefix and a number. */
KIT void kit_rows(struct kit *k, const char *prefix, int from, int count)
{
	char id[40], who[40];

	for (int i = from; i < from + count; i++) {
		snprintf(id, sizeof(id), "%s%d", prefix, i);
		snprintf(who, sizeof(who), "c%d@example.com", i % 7);
		kit_feedback(k, id, who, i % 90, 1 + i % 5, "nu merge plata cu cardul",
			     i % 4, i % 3);
	}
}

/* A row that says which addresses are one person. */
KIT struct record *kit_person(struct kit *k, const char *id, const char *email,
			      const char *phone, const char *crm)
{
	struct record *r = batch_add(&k->batch, KIND_CUSTOMER);

	r->source = SV("files");
	r->external_id = kit_sv(k, id);
	r->email = kit_sv(k, email);
	r->phone = kit_sv(k, phone);
	r->crm = kit_sv(k, crm);
	kit_plain(k);
	return r;
}

/* Land what is in the batch and empty it. */
KIT int kit_land(struct kit *k, struct opinia_landing *out)
{
	struct opinia_landing mine;
	int rc = opinia_store_put(k->store, &k->batch, k->verdicts, SV("sha256:toy"),
				  out ? out : &mine, &k->err);

	batch_reset(&k->batch);
	return rc;
}

KIT struct opinia_totals kit_totals(struct kit *k)
{
	struct opinia_totals t = { .bytes = 0 };
	struct opinia_snapshot *snap;

	if (opinia_snapshot_open(k->store, &snap, &k->err))
		return t;
	opinia_snapshot_totals(snap, &k->batch.arena, &t, &k->err);
	opinia_snapshot_close(snap);
	return t;
}

/* ---- checking ---------------------------------------------------------------------- */

KIT void kit_tell(void *self, const char *what)
{
	(void)self;
	fprintf(stderr, "check: %s\n", what);
}

KIT void kit_hush(void *self, const char *what)
{
	(void)self, (void)what;
}

/*
 * How many things are wrong in the store; each is printed. -1: the check itself failed.
 */
KIT int64_t kit_check(struct kit *k)
{
	struct opinia_check check;
	int rc = opinia_store_check(k->store, kit_tell, NULL, &check, &k->err);

	return rc && rc != ERR_NOTHING ? -1 : (int64_t)check.wrong;
}

/* Random numbers that a printed seed brings back. */
struct kit_random {
	uint64_t state;
};

KIT uint32_t kit_below(struct kit_random *r, uint32_t n)
{
	r->state = r->state * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)((r->state >> 33) % n);
}

#endif
