/* SPDX-License-Identifier: Apache-2.0 */
/* serving.c: see serving.h. */
#include "cli/serving.h"

#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "cli/pipeline.h"
#include "cli/serving_log.h"

enum {
	NAME_MAX_BYTES = 64,
	SPARE_BYTES = 8 << 20, /* of the disk; less is not healthy */
	LOG_ERROR = 3,
	LOG_WARNING = 4,
	LOG_TOLD = 6,
	TOGETHER = 256, /* calls landed at once */
	ROWS_MOST =
		16384, /* that wait, so that memory has a ceiling: a row takes some KB */
	LINGER_NS = 200000, /* while others land, before looking at what has come */
	FEW_ROWS = 16, /* who brought them gives back their memory, where it came from */
};

static int64_t clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- one call ------------------------------------------------------------------------------ */

/* It lives as long as its request; its batch until it is landed. */
struct call {
	struct serving *s;
	const struct server_request *q;
	char name[NAME_MAX_BYTES + 1];
	struct batch batch;
	struct hook_reply reply;
	struct opinia_prepared *prepared; /* NULL: nothing to land */
	struct opinia_landing landed;
	int64_t began;
	struct call *next; /* to land */
	bool alone;
	_Atomic bool done; /* landed, or not: the answer says it */
	struct err err;
};

static bool begin_alone(struct serving *s, struct sv key)
{
	bool free_one = true;

	pthread_mutex_lock(&s->keys_lock);
	for (size_t i = 0; i < s->key_count; i++)
		free_one = free_one && !sv_eq(s->keys[i], key);
	free_one = free_one && s->key_count < SERVING_KEYS;
	if (free_one)
		s->keys[s->key_count++] = key;
	pthread_mutex_unlock(&s->keys_lock);
	return free_one;
}

static void end_alone(struct serving *s, struct sv key)
{
	pthread_mutex_lock(&s->keys_lock);
	for (size_t i = 0; i < s->key_count; i++)
		if (sv_eq(s->keys[i], key))
			s->keys[i--] = s->keys[--s->key_count];
	pthread_mutex_unlock(&s->keys_lock);
}

static void refuse(struct call *c, int status)
{
	c->reply = (struct hook_reply){ .status = status };
	if (status == 503) {
		c->reply.headers[0] = (struct hook_header){ SV("Retry-After"), SV("30") };
		c->reply.header_count = 1;
	}
}

/* What is prepared has all that it needs: the verdicts go at once, for many calls may wait. */
static int make_ready(struct call *c)
{
	struct program *p = c->s->p;
	struct arena_mark before = arena_mark(c->q->arena);
	struct verdict *v;
	int rc = pipeline_read(p->analyzer, &c->batch, c->q->arena, &v, &c->err);

	if (!rc)
		rc = opinia_store_prepare(p->store, &c->batch, v,
					  opinia_analyzer_hash(p->analyzer), &c->prepared,
					  &c->err);
	arena_rewind(c->q->arena, before);
	return rc;
}

static void take(struct call *c, const struct hook_request *asked)
{
	int rc = opinia_hook_receive(c->s->sources.sources, c->name, asked, &c->batch,
				     &c->reply, &c->err);
	bool good = !rc && c->reply.status >= 200 && c->reply.status < 300;

	if (rc) {
		refuse(c, rc == ERR_MISSING ? 404 : 503);
		return;
	}
	if (!good || (!c->batch.count && !c->batch.note_key.n))
		return;
	if (c->reply.alone && !begin_alone(c->s, c->batch.note_key)) {
		refuse(c, 409);
		return;
	}
	c->alone = c->reply.alone;
	if (make_ready(c)) {
		c->s->refused = true;
		refuse(c, 503);
	}
}

/* The answer may lie in the batch or be a source's: copied, it lasts as long as the request. */
static bool keep_answer(struct call *c)
{
	struct arena *arena = c->q->arena;
	struct hook_reply *r = &c->reply;

	struct sv type = { NULL, 0 };
	bool good = !r->content_type || arena_copy(arena, sv_of(r->content_type), &type);

	r->content_type = type.p;
	good &= arena_copy(arena, r->body, &r->body);
	for (size_t i = 0; i < r->header_count; i++)
		good &= arena_copy(arena, r->headers[i].value, &r->headers[i].value);
	return good;
}

/* It is not landed, whatever was made of it. */
static void give_up(struct call *c)
{
	opinia_prepared_free(c->prepared);
	c->prepared = NULL;
	err_set(&c->err, ERR_SYSTEM, "out of memory");
	refuse(c, 503);
}

/* What landing it said. */
static void landed(struct call *c, const struct opinia_land *of)
{
	struct sv old;
	int rc = of->rc;

	c->landed = of->result;
	c->s->refused = rc != 0;
	if (rc)
		c->err = of->err;
	else if (c->landed.seen)
		rc = opinia_store_note(c->s->p->store, c->batch.note_key, c->q->arena,
				       &old, &c->err);
	if (rc)
		refuse(c, 503);
	else if (c->landed.seen)
		opinia_hook_again(old, c->batch.note_value, &c->reply);
}

static void tell(const struct call *c, int64_t us, struct serving_lines *l)
{
	int status = c->reply.status;
	int level = status >= 500 ? LOG_ERROR : status >= 400 ? LOG_WARNING : LOG_TOLD;

	serving_tell(l, c->s, level,
		     &(struct serving_told){
			     .source = c->name,
			     .status = status,
			     .added = c->landed.added,
			     .revised = c->landed.revised,
			     .unchanged = c->landed.unchanged,
			     .aside = c->reply.rejected,
			     .again = c->landed.seen,
			     .us = us,
			     .why = c->err.text,
		     });
}

/* What it took to land it. */
static void let_go(struct call *c)
{
	if (c->alone)
		end_alone(c->s, c->batch.note_key);
	opinia_prepared_free(c->prepared);
	batch_release(&c->batch);
	c->alone = false;
	c->prepared = NULL;
}

static void end(const struct call *c, struct server_reply *reply)
{
	reply->status = c->reply.status;
	reply->content_type = c->reply.content_type;
	reply->body = c->reply.body;
	for (size_t i = 0; i < c->reply.header_count; i++)
		reply->headers[reply->header_count++] =
			(struct server_field){ c->reply.headers[i].name,
					       c->reply.headers[i].value };
}

/* As whoever calls knows us; NULL: out of memory. */
static const char *url_of(const struct call *c)
{
	size_t n = strlen(c->s->public_url);
	char *url = arena_take(c->q->arena, n + c->q->path.n + 1);

	if (!url)
		return NULL;
	memcpy(url, c->s->public_url, n);
	memcpy(url + n, c->q->path.p, c->q->path.n);
	url[n + c->q->path.n] = 0;
	return url;
}

static void begin(struct call *c, struct sv rest)
{
	const struct server_request *q = c->q;
	struct hook_header headers[SERVER_HEADERS_MAX];
	struct sv name = sv_cut(&rest, '/');
	struct hook_request asked = {
		.method = q->method,
		.query = q->query,
		.body = q->body,
		.headers = headers,
		.header_count = q->header_count,
		.received_at = q->received_at,
		.url = url_of(c),
	};

	for (size_t i = 0; i < q->header_count; i++)
		headers[i] =
			(struct hook_header){ q->headers[i].name, q->headers[i].value };
	if (name.n <= NAME_MAX_BYTES)
		memcpy(c->name, name.p, name.n);
	pthread_rwlock_rdlock(&c->s->lock);
	if (asked.url && c->s->sources.sources)
		take(c, &asked);
	else
		refuse(c, 503);
	if (!keep_answer(c))
		give_up(c);
	pthread_rwlock_unlock(&c->s->lock);
}

/* ---- landing ------------------------------------------------------------------------------- */

/* All that wait, as many as are landed at once. With the lock held. */
static size_t take_waiting(struct serving *s, struct call *c[TOGETHER])
{
	size_t n = 0;

	while (s->first && n < TOGETHER) {
		c[n++] = s->first;
		s->rows -= s->first->batch.count;
		s->first = s->first->next;
	}
	if (!s->first)
		s->last = &s->first;
	return n;
}

/* Land what waits, of all threads. The lock is held before and after. */
static void land_waiting(struct serving *s)
{
	struct opinia_land all[TOGETHER];
	struct call *c[TOGETHER];
	size_t n = take_waiting(s, c);
	struct serving_lines l;

	s->landing = true;
	pthread_mutex_unlock(&s->land_lock);
	for (size_t i = 0; i < n; i++)
		all[i].p = c[i]->prepared; /* the rest is what it gives back */
	opinia_store_land_each(s->p->store, all, n);
	serving_lines_init(&l);
	for (size_t i = 0; i < n; i++) {
		landed(c[i], &all[i]);
		tell(c[i], clock_us() - c[i]->began, &l);
		if (c[i]->batch.count > FEW_ROWS)
			let_go(c[i]);
	}
	serving_write(&l);
	pthread_mutex_lock(&s->land_lock);
	for (size_t i = 0; i < n; i++)
		c[i]->done = true;
	s->landing = false;
	pthread_cond_broadcast(&s->landed);
}

/* A moment, or until a landing ends. With the lock held. */
static void linger(struct serving *s)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_nsec += LINGER_NS;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	pthread_cond_timedwait(&s->landed, &s->land_lock, &t);
}

/* While more waits than memory should hold, this thread takes in nothing else. */
static void wait_in_line(struct call *c)
{
	struct serving *s = c->s;

	pthread_mutex_lock(&s->land_lock);
	*s->last = c;
	s->last = &c->next;
	s->rows += c->batch.count;
	while (s->rows > ROWS_MOST)
		if (s->landing)
			linger(s);
		else
			land_waiting(s);
	pthread_mutex_unlock(&s->land_lock);
}

bool serving_finish(void *self, struct server_reply *reply, bool wait)
{
	struct serving *s = self;
	struct call *c = reply->later;

	if (!c->done && wait) {
		pthread_mutex_lock(&s->land_lock);
		if (!c->done && s->landing)
			linger(s);
		if (!c->done && !s->landing)
			land_waiting(s);
		pthread_mutex_unlock(&s->land_lock);
	}
	if (!c->done)
		return false;
	let_go(c);
	end(c, reply);
	return true;
}

static void answer_hook(struct serving *s, const struct server_request *q, struct sv rest,
			struct server_reply *reply)
{
	struct call *c = arena_take(q->arena, sizeof(*c));
	struct serving_lines l;

	if (!c) {
		reply->status = 503;
		return;
	}
	*c = (struct call){ .s = s, .q = q, .err = ERR_NONE, .began = clock_us() };
	batch_init(&c->batch);
	begin(c, rest);
	if (c->prepared) {
		reply->later = c;
		wait_in_line(c);
		return;
	}
	serving_lines_init(&l);
	tell(c, clock_us() - c->began, &l);
	serving_write(&l);
	end(c, reply);
	let_go(c);
}

/* ---- is it well? --------------------------------------------------------------------------- */

static bool healthy(struct serving *s)
{
	struct statvfs disk;

	return !s->refused && statvfs(s->p->store_dir, &disk) == 0 &&
	       !(disk.f_flag & ST_RDONLY) && disk.f_bavail * disk.f_frsize >= SPARE_BYTES;
}

static void answer_health(struct serving *s, struct server_reply *reply)
{
	bool good = healthy(s);

	reply->status = good ? 200 : 503;
	reply->body = good ? SV("ok\n") : SV("the store takes nothing\n");
}

void serving_answer(void *self, const struct server_request *q,
		    struct server_reply *reply)
{
	struct serving *s = self;

	*reply = (struct server_reply){ .status = 404 };
	if (sv_eq(q->path, SV("/healthz")))
		answer_health(s, reply);
	else if (sv_starts(q->path, SV("/hooks/")))
		answer_hook(s, q, sv_sub(q->path, 7, q->path.n), reply);
}

/* ---- open, reload, close ------------------------------------------------------------------- */

static int read_url(struct serving *s, struct err *err)
{
	struct sv url = setting_text(s->p->settings, "server", "public_url");

	while (url.n && url.p[url.n - 1] == '/')
		url.n--;
	if (url.n && !sv_starts(url, SV("https://")) && !sv_starts(url, SV("http://")))
		return err_set(err, ERR_CONFIG,
			       "[server] public_url = " SV_FMT
			       ": it begins with https://",
			       SV_ARG(url));
	s->public_url = arena_printf(&s->p->arena, SV_FMT, SV_ARG(url));
	return s->public_url ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

int serving_open(struct serving *s, struct program *p, struct err *err)
{
	pthread_rwlockattr_t attr;
	pthread_condattr_t clock;
	int rc;

	*s = (struct serving){ .p = p, .journal = serving_in_journal() };
	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr,
				      PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&s->lock, &attr);
	pthread_rwlockattr_destroy(&attr);
	pthread_mutex_init(&s->keys_lock, NULL);
	pthread_mutex_init(&s->land_lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&s->landed, &clock);
	pthread_condattr_destroy(&clock);
	s->last = &s->first;
	rc = read_url(s, err);
	return rc ? rc : configured_open(&s->sources, p, NULL, true, err);
}

int serving_reload(struct serving *s, const char *config, struct err *err)
{
	struct settings *before = s->p->settings, *fresh;
	struct configured_sources was = s->sources, now = { .sources = NULL };
	int rc = settings_read(&fresh, config, &s->p->arena, err);

	if (rc)
		return rc;
	pthread_rwlock_wrlock(&s->lock);
	s->p->settings = fresh;
	/* the sources look at their env: it must stay where it is */
	rc = configured_open(&now, s->p, NULL, true, err);
	if (rc) {
		s->p->settings = before;
	} else {
		configured_close(&now);
		configured_close(&was);
		rc = configured_open(&s->sources, s->p, NULL, true, err);
	}
	pthread_rwlock_unlock(&s->lock);
	return rc;
}

void serving_close(struct serving *s)
{
	configured_close(&s->sources);
	pthread_rwlock_destroy(&s->lock);
	pthread_mutex_destroy(&s->keys_lock);
	pthread_mutex_destroy(&s->land_lock);
	pthread_cond_destroy(&s->landed);
}
