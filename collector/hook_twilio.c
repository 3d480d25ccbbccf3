/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_twilio.c: X-Twilio-Signature: the address as the caller knows it (with or without its
 * port) and the form's parameters in order, under the account's token. A JSON body is covered
 * by its SHA-256 in the query instead.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "collector/hook_inside.h"
#include "core/buf.h"
#include "core/i18n.h"

static int by_name(const void *a, const void *b)
{
	const struct hook_param *x = a, *y = b;
	int c = sv_cmp(x->name, y->name);

	return c ? c : sv_cmp(x->value, y->value);
}

/* Behind the host, and where its port begins (the same, if it has none). */
static bool find_port(struct sv url, size_t *port, size_t *end)
{
	ptrdiff_t at = sv_find(url, SV("://"));

	if (at < 0)
		return false;
	*end = (size_t)at + 3;
	while (*end < url.n && !memchr("/?#", url.p[*end], 3))
		++*end;
	*port = *end;
	while (*port > (size_t)at + 3 && url.p[*port - 1] >= '0' &&
	       url.p[*port - 1] <= '9')
		--*port;
	if (*port > (size_t)at + 3 && url.p[*port - 1] == ':')
		--*port;
	else
		*port = *end;
	return true;
}

/* The text that is signed, with the address as it is (0), with a port (1), without one (2). */
static void put_text(struct sv url, int how, struct sv query,
		     const struct hook_param *params, size_t count, struct buf *out)
{
	size_t port, end;

	buf_clear(out);
	if (!how || !find_port(url, &port, &end)) {
		buf_sv_put(out, url);
	} else {
		buf_sv_put(out, sv_sub(url, 0, how == 1 ? end : port));
		if (how == 1 && port == end)
			buf_str(out, sv_starts(url, SV("https:")) ? ":443" : ":80");
		buf_sv_put(out, sv_sub(url, end, url.n));
	}
	if (query.n)
		buf_char(out, '?');
	buf_sv_put(out, query);
	for (size_t i = 0; i < count; i++) {
		if (i && !by_name(&params[i - 1], &params[i]))
			continue; /* the same twice counts once */
		buf_sv_put(out, params[i].name);
		buf_sv_put(out, params[i].value);
	}
}

static bool body_hash_fits(struct sv hex, struct sv body)
{
	unsigned char hash[crypto_hash_sha256_BYTES];
	char text[2 * sizeof(hash) + 1];

	crypto_hash_sha256(hash, (const unsigned char *)body.p, body.n);
	sodium_bin2hex(text, sizeof(text), hash, sizeof(hash));
	return hook_same(sv_of(text), hex);
}

/* Which parameters are covered; false: the body is not. */
static bool covered(const struct hook_request *q, struct arena *arena,
		    struct hook_param **params, size_t *count, struct hook_proof *out)
{
	struct hook_param *in_query;
	struct sv hash, type = hook_header(q, "Content-Type");
	size_t n;

	*count = 0;
	if (!hook_form(q->query, arena, &in_query, &n)) {
		out->why = N_("more parameters than are read");
	} else if (hook_param(in_query, n, SV("bodySHA256"), &hash)) {
		if (!body_hash_fits(hash, q->body))
			out->why = N_("the body is not that of bodySHA256");
	} else if (q->body.n && type.n &&
		   !sv_ieq(sv_trim(sv_cut(&type, ';')),
			   SV("application/x-www-form-urlencoded"))) {
		out->why = N_("the body is no form, and nothing signs it");
	} else if (!hook_form(q->body, arena, params, count)) {
		out->why = N_("more parameters than are read");
	} else if (*count) {
		qsort(*params, *count, sizeof(**params), by_name);
	}
	return !out->why;
}

void hook_twilio(const struct hook_request *q, const struct sv *secrets,
		 size_t secret_count, struct arena *arena, struct hook_proof *out)
{
	struct hook_keys keys = { secrets, secret_count };
	struct sv given = hook_header(q, "X-Twilio-Signature");
	struct hook_param *params = NULL;
	struct buf text;
	size_t count;

	*out = (struct hook_proof){ .good = false };
	if (!given.n) {
		out->why = N_("the header with the signature is missing, twice, or no "
			      "signature");
		return;
	}
	if (!covered(q, arena, &params, &count, out))
		return;
	buf_init(&text, 4 * HOOK_BODY_MAX);
	for (int how = 0; how < 3; how++) {
		struct sv part;

		put_text(sv_of(q->url), how, q->query, params, count, &text);
		part = buf_sv(&text);
		out->good |= buf_ok(&text) &&
			     hook_signed(keys, DIGEST_SHA1, TEXT_BASE64, &part, 1, given);
	}
	buf_release(&text);
	if (!out->good)
		out->why = N_("the signature is of another token, address or form: is "
			      "server.public_url what the caller has?");
}
