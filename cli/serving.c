/* SPDX-License-Identifier: Apache-2.0 */
/* serving.c: see serving.h. */
#include "cli/serving.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "cli/pipeline.h"

enum {
	NAME_MAX_BYTES = 64,
	SPARE_BYTES = 8 << 20, /* of the disk; less is not healthy */
	LOG_ERROR = 3,
	LOG_WARNING = 4,
	LOG_TOLD = 6,
};

/* ---- the log ------------------------------------------------------------------------------- */

/* Is standard error the journal? JOURNAL_STREAM names its device and inode. */
static bool is_journal(void)
{
	const char *said = getenv("JOURNAL_STREAM");
	struct stat st;
	char own[64];

	if (!said || fstat(STDERR_FILENO, &st))
		return false;
	snprintf(own, sizeof(own), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	return strcmp(own, said) == 0;
}

void serving_log(const struct serving *s, int level, const char *fmt, ...)
{
	char line[1200], now[WHEN_TEXT_MAX];
	int n;
	va_list ap;

	when_format(when_now(), now);
	n = s->journal ? snprintf(line, sizeof(line), "<%d>", level)
		       : snprintf(line, sizeof(line), "%s ", now);
	va_start(ap, fmt);
	n += vsnprintf(line + n, sizeof(line) - (size_t)n - 1, fmt, ap);
	va_end(ap);
	if (n > (int)sizeof(line) - 2)
		n = (int)sizeof(line) - 2;
	line[n++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return; /* nobody listens */
}

static int64_t clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- one call ------------------------------------------------------------------------------ */

struct call {
	struct serving *s;
	const struct server_request *q;
	char name[NAME_MAX_BYTES + 1];
	struct batch batch;
	struct hook_reply reply;
	struct opinia_landing landed;
	bool alone;
	struct err err;
};

static bool begin_alone(struct serving *s, struct sv key)
{
	bool free_one = true;

	pthread_mutex_lock(&s->keys_lock);
	for (size_t i = 0; i < s->key_count; i++)
		free_one = free_one && !sv_eq(s->keys[i], key);
	free_one = free_one && s->key_count < SERVER_THREADS;
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

static int land(struct call *c)
{
	struct program *p = c->s->p;
	struct verdict *v;
	struct sv old;
	int rc = pipeline_read(p->analyzer, &c->batch, c->q->arena, &v, &c->err);

	if (!rc)
		rc = opinia_store_put(p->store, &c->batch, v,
				      opinia_analyzer_hash(p->analyzer), &c->landed,
				      &c->err);
	c->s->refused = rc != 0;
	if (rc || !c->landed.seen)
		return rc;
	rc = opinia_store_note(p->store, c->batch.note_key, c->q->arena, &old, &c->err);
	if (!rc)
		opinia_hook_again(old, c->batch.note_value, &c->reply);
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
	if (land(c))
		refuse(c, 503);
	if (c->alone)
		end_alone(c->s, c->batch.note_key);
}

static void tell(const struct call *c, int64_t us)
{
	int status = c->reply.status;
	int level = status >= 500 ? LOG_ERROR : status >= 400 ? LOG_WARNING : LOG_TOLD;

	if (status == 404) /* a stranger's words stay out of the log */
		serving_log(c->s, level, "- 404 %lld us", (long long)us);
	else
		serving_log(c->s, level,
			    "%s %d new %llu revised %llu unchanged %llu set aside "
			    "%llu%s %lld us%s%s",
			    c->name, status, (unsigned long long)c->landed.added,
			    (unsigned long long)c->landed.revised,
			    (unsigned long long)c->landed.unchanged,
			    (unsigned long long)c->reply.rejected,
			    c->landed.seen ? " again" : "", (long long)us,
			    c->err.text[0] ? ": " : "", c->err.text);
}

/* What lives in the batch ends with the call; the answer lives as long as the request. */
static void give(struct call *c, struct server_reply *reply)
{
	struct sv body;

	reply->status = c->reply.status;
	reply->content_type = c->reply.content_type ? arena_printf(c->q->arena, "%s",
								   c->reply.content_type)
						    : NULL;
	if (c->reply.body.n && arena_copy(c->q->arena, c->reply.body, &body))
		reply->body = body;
	for (size_t i = 0; i < c->reply.header_count; i++) {
		struct server_field f = { c->reply.headers[i].name, { NULL, 0 } };

		if (arena_copy(c->q->arena, c->reply.headers[i].value, &f.value))
			reply->headers[reply->header_count++] = f;
	}
}

static void answer_hook(struct serving *s, const struct server_request *q, struct sv rest,
			struct server_reply *reply)
{
	struct call c = { .s = s, .q = q, .err = ERR_NONE };
	struct hook_header headers[SERVER_HEADERS_MAX];
	struct sv name = sv_cut(&rest, '/');
	struct hook_request asked = {
		.method = q->method,
		.query = q->query,
		.body = q->body,
		.headers = headers,
		.header_count = q->header_count,
		.received_at = q->received_at,
		.url = arena_printf(q->arena, "%s" SV_FMT, s->public_url,
				    SV_ARG(q->path)),
	};
	int64_t began = clock_us();

	for (size_t i = 0; i < q->header_count; i++)
		headers[i] =
			(struct hook_header){ q->headers[i].name, q->headers[i].value };
	if (name.n <= NAME_MAX_BYTES)
		snprintf(c.name, sizeof(c.name), SV_FMT, SV_ARG(name));
	batch_init(&c.batch);
	pthread_rwlock_rdlock(&s->lock);
	if (asked.url && s->sources.sources)
		take(&c, &asked);
	else
		refuse(&c, 503);
	give(&c, reply);
	tell(&c, clock_us() - began);
	batch_release(&c.batch);
	pthread_rwlock_unlock(&s->lock);
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
	int rc;

	*s = (struct serving){ .p = p, .journal = is_journal() };
	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr,
				      PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&s->lock, &attr);
	pthread_rwlockattr_destroy(&attr);
	pthread_mutex_init(&s->keys_lock, NULL);
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
}
