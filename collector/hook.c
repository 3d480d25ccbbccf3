/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook.c: one call of a service, from its bytes to records and an answer. First the signature,
 * over the bytes as they came; only then is anything of them read.
 *
 * What was answered lands as a note beside the records, under the id of the delivery where the
 * scheme has one. Where a scheme signs neither id nor time, the note is under the hash of the
 * body: the same bytes never count twice, however late. Services that only show a secret sign
 * nothing; two customers may well say the same there, so only an id or an Idempotency-Key
 * makes a note.
 */
#include "collector/hook.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "collector/hook_body.h"
#include "collector/hook_inside.h"
#include "collector/sources.h"
#include "core/i18n.h"
#include "core/short.h"

enum {
	DIGEST = 32,
	DIGEST_TEXT = 64,
	NOTE_ANSWER_MAX =
		96, /* of a longer one only the status is noted: it comes out again */
	ECHO_MAX = 64,
	STATUS_OK = 200,
	STATUS_UNSIGNED = 401,
	STATUS_METHOD = 405,
	STATUS_TOO_MANY = 413,
	STATUS_OTHER_BODY = 422,
};

/* What the calls' note stands for. */
enum note_kind {
	NOTE_NONE = 0,
	NOTE_DELIVERY = 'd', /* the scheme's id      */
	NOTE_EVENT = 'e',    /* a CloudEvent's       */
	NOTE_KEY = 'k',	     /* an Idempotency-Key   */
	NOTE_MAP = 'm',	     /* the map's id, and the body */
	NOTE_BODY = 'b',     /* the body, and a signed time */
};

struct call {
	const struct configured *c;
	const struct hook_request *q;
	struct batch *out;
	struct hook_reply *reply;
	struct hook_proof proof;
	struct hook_body body;
	struct map_call made;
};

static const struct configured *find(const struct opinia_sources *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->at[i].settings.name, name) == 0)
			return s->at[i].info.hooks ? &s->at[i] : NULL;
	return NULL;
}

/* ---- answers ------------------------------------------------------------------------------ */

static void put_header(struct hook_reply *r, struct sv name, struct sv value)
{
	r->headers[r->header_count++] = (struct hook_header){ name, value };
}

static void refuse(struct hook_reply *r, int status, const char *why, struct err *err)
{
	r->status = status;
	err_set(err, ERR_INPUT, "%s", why ? why : "");
}

static void answer_methods(struct hook_reply *r, int status)
{
	r->status = status;
	put_header(r, SV("Allow"), SV("OPTIONS, POST"));
}

/* CloudEvents' handshake: who would like to call asks first. The signature decides later. */
static void answer_options(const struct hook_request *q, struct hook_reply *r)
{
	struct sv origin = sv_trim(hook_header(q, "WebHook-Request-Origin"));

	answer_methods(r, STATUS_OK);
	if (!origin.n || origin.n > 255)
		return;
	put_header(r, SV("WebHook-Allowed-Origin"), origin);
	put_header(r, SV("WebHook-Allowed-Rate"), SV("*"));
}

/* Zadarma asks whether anybody is there: ?zd_echo=TEXT wants TEXT. */
static bool answer_echo(const struct call *k)
{
	struct sv rest = k->q->query;

	if (strcmp(k->c->scheme->name, "zadarma") != 0)
		return false;
	while (rest.n) {
		struct sv one = sv_cut(&rest, '&');

		if (!sv_starts(one, SV("zd_echo=")) || one.n > 8 + ECHO_MAX)
			continue;
		one = sv_sub(one, 8, one.n);
		for (size_t i = 0; i < one.n; i++)
			if (!strchr("0123456789abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_.",
				    one.p[i]))
				return false;
		k->reply->status = STATUS_OK;
		k->reply->content_type = "text/plain; charset=utf-8";
		return arena_copy(&k->out->arena, one, &k->reply->body);
	}
	return false;
}

/* What nearly every call hears: without the detour of printf. */
static struct sv told(struct arena *arena, size_t records, size_t rejected)
{
	const struct sv one = SV("{\"records\":1,\"rejected\":0}");

	return records == 1 && !rejected
		       ? one
		       : sv_of(arena_printf(arena, "{\"records\":%zu,\"rejected\":%zu}",
					    records, rejected));
}

static int answer(struct call *k, struct err *err)
{
	struct hook_reply *r = k->reply;

	r->status = STATUS_OK;
	r->rejected = k->made.rejected;
	r->content_type = "application/json";
	r->body = told(&k->out->arena, k->out->count, k->made.rejected);
	if (k->made.reply.n) {
		r->body = k->made.reply;
		r->content_type = k->made.reply_type.n ? k->made.reply_type.p
						       : "text/plain; charset=utf-8";
	}
	return r->body.n ? 0 : err_set(err, ERR_SYSTEM, "out of memory");
}

/* ---- is it them? -------------------------------------------------------------------------- */

static int verify(struct call *k, struct err *err)
{
	struct sv secrets[SECRETS_MAX];
	size_t n = 0;
	int rc = secrets_held_get(k->c->secrets, &k->c->settings, &k->out->arena, secrets,
				  &n, err);

	if (!rc)
		k->c->scheme->verify(k->q, secrets, n, &k->out->arena, &k->proof);
	for (size_t i = 0; i < n; i++)
		sodium_memzero((char *)(uintptr_t)secrets[i].p, secrets[i].n);
	return rc;
}

/* ---- once --------------------------------------------------------------------------------- */

static bool only_shows_a_secret(const struct hook_scheme *scheme)
{
	static const char *const all[] = { "basic", "bearer", "livechat", "path" };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (strcmp(scheme->name, all[i]) == 0)
			return true;
	return false;
}

/* The time that is signed beside a body, of schemes without an id. */
static struct sv signed_time(const struct hook_request *q, const struct hook_scheme *s)
{
	if (strcmp(s->name, "zendesk") == 0)
		return hook_header(q, "X-Zendesk-Webhook-Signature-Timestamp");
	if (strcmp(s->name, "crisp") == 0)
		return hook_header(q, "X-Crisp-Request-Timestamp");
	return (struct sv){ NULL, 0 };
}

static enum note_kind identity(const struct call *k, struct sv parts[2])
{
	struct sv key = sv_trim(hook_header(k->q, "Idempotency-Key"));
	bool shown = only_shows_a_secret(k->c->scheme);

	parts[1] = (struct sv){ NULL, 0 };
	parts[0] = k->proof.delivery;
	if (parts[0].n)
		return NOTE_DELIVERY;
	parts[0] = key;
	if (shown && key.n)
		return NOTE_KEY;
	parts[0] = k->body.event_of;
	parts[1] = k->body.event;
	if (parts[1].n && shown)
		return NOTE_EVENT;
	parts[0] = k->made.delivery;
	parts[1] = k->q->body;
	if (parts[0].n)
		return NOTE_MAP;
	parts[0] = signed_time(k->q, k->c->scheme);
	return shown ? NOTE_NONE : NOTE_BODY;
}

static void hash(const struct sv *parts, size_t count, char out[DIGEST_TEXT + 1])
{
	crypto_hash_sha256_state state;
	unsigned char digest[DIGEST];

	crypto_hash_sha256_init(&state);
	for (size_t i = 0; i < count; i++) {
		uint64_t n = parts[i].n;

		crypto_hash_sha256_update(&state, (const unsigned char *)&n, sizeof(n));
		if (n)
			crypto_hash_sha256_update(&state,
						  (const unsigned char *)parts[i].p, n);
	}
	crypto_hash_sha256_final(&state, digest);
	sodium_bin2hex(out, DIGEST_TEXT + 1, digest, DIGEST);
}

/* The value: hash of the body, kind, status, and the answer if it is short. */
static int make_note(struct call *k, struct err *err)
{
	const struct hook_reply *r = k->reply;
	struct sv parts[2];
	enum note_kind kind = identity(k, parts);
	char id[DIGEST_TEXT + 1], body[DIGEST_TEXT + 1];
	struct batch *b = k->out;
	struct sv answer = r->body;

	if (kind == NOTE_NONE)
		return 0;
	hash(parts, 2, id);
	hash(&k->q->body, 1, body);
	b->note_key = sv_of(
		arena_printf(&b->arena, "hook/%s/%c/%s", k->c->info.name, (int)kind, id));
	if (answer.n > NOTE_ANSWER_MAX)
		answer.n = 0;
	b->note_value = sv_of(arena_printf(&b->arena, "%s %c %d " SV_FMT, body, (int)kind,
					   r->status, SV_ARG(answer)));
	k->reply->alone = kind == NOTE_KEY;
	return b->note_key.n && b->note_value.n
		       ? 0
		       : err_set(err, ERR_SYSTEM, "out of memory");
}

void opinia_hook_again(struct sv old_note, struct sv new_note, struct hook_reply *reply)
{
	struct sv rest = sv_sub(old_note, DIGEST_TEXT + 3, old_note.n);
	struct sv status = sv_cut(&rest, ' ');
	int64_t n;

	reply->rejected = 0;
	if (old_note.n > DIGEST_TEXT + 1 && old_note.p[DIGEST_TEXT + 1] == NOTE_KEY &&
	    !sv_eq(sv_sub(old_note, 0, DIGEST_TEXT), sv_sub(new_note, 0, DIGEST_TEXT))) {
		*reply = (struct hook_reply){ .status = STATUS_OTHER_BODY };
		return;
	}
	if (sv_i64(status, &n) && n >= 200 && n < 300)
		reply->status = (int)n;
	if (rest.n)
		reply->body = rest;
}

/* ---- the call ----------------------------------------------------------------------------- */

/* What was signed and is not understood is kept all the same, for a person to look at. */
static int keep_whole(const struct call *k, struct aside *aside, const char *why,
		      struct err *err)
{
	int rc = aside_put(aside, "call", why, k->q->body, err);

	return rc ? rc : aside_sync(aside, err);
}

static int too_many(struct call *k, struct aside *aside, struct err *err)
{
	struct err why = *err;
	int rc = keep_whole(k, aside, why.text, err);

	batch_reset(k->out);
	if (!rc)
		refuse(k->reply, STATUS_TOO_MANY, why.text, err);
	return rc;
}

static int understand(struct call *k, struct aside *aside, struct err *err)
{
	const char *why = NULL;
	int status = hook_body_read(k->q, &k->out->arena, &k->body, &why), rc;

	if (status) {
		rc = keep_whole(k, aside, why, err);
		if (!rc)
			refuse(k->reply, status, why, err);
		return rc;
	}
	k->made = (struct map_call){ .received_at = k->q->received_at };
	rc = map_hook(k->c->bound, k->body.json, aside, k->out, &k->made, err);
	if (!rc)
		rc = aside_sync(aside, err);
	if (rc == ERR_INPUT) /* more than a batch holds */
		return too_many(k, aside, err);
	if (!rc)
		rc = answer(k, err);
	if (!rc && k->made.wanted)
		rc = make_note(k, err);
	return rc;
}

static int take(struct call *k, const struct collect_env *env, struct err *err)
{
	struct aside aside;
	int rc;

	aside_init(&aside, env->rejected_dir, k->c->info.name);
	rc = understand(k, &aside, err);
	json_decref(k->body.json);
	aside_release(&aside);
	return rc;
}

/*
 * Whatever is found missing while memory is short, a signature or half of the body, is not the
 * sender's fault, and what was made is not to be relied on: nothing is taken, and it is sent again.
 */
static int too_short(struct call *k, struct err *err)
{
	batch_reset(k->out);
	*k->reply = (struct hook_reply){ .status = 500 };
	return err_set(err, ERR_SYSTEM, "out of memory");
}

static int receive(struct call *k, const struct collect_env *env, struct err *err)
{
	int rc = verify(k, err);

	if (!rc && k->proof.good)
		rc = take(k, env, err);
	else if (!rc)
		refuse(k->reply, STATUS_UNSIGNED, k->proof.why, err);
	return rc;
}

int opinia_hook_receive(const struct opinia_sources *s, const char *name,
			const struct hook_request *request, struct batch *out,
			struct hook_reply *reply, struct err *err)
{
	unsigned before = memory_short_here();
	struct call k = { .c = find(s, name), .q = request, .out = out, .reply = reply };
	int rc;

	*reply = (struct hook_reply){ .status = 500 };
	if (!k.c)
		return err_set(err, ERR_MISSING, "no source `%s` that takes calls", name);
	if (sv_eq(request->method, SV("OPTIONS"))) {
		answer_options(request, reply);
		return 0;
	}
	if (!sv_eq(request->method, SV("POST"))) {
		if (!sv_eq(request->method, SV("GET")) || !answer_echo(&k))
			answer_methods(reply, STATUS_METHOD);
		return 0;
	}
	rc = receive(&k, s->env, err);
	return memory_short_here() == before ? rc : too_short(&k, err);
}
