/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_signed.c: services that put the HMAC of time and body, or of the body alone, into a
 * header. They differ in names, digest, spelling and in what stands between the two.
 */
#include "collector/hook_inside.h"
#include "core/i18n.h"
#include "core/when.h"

enum time_style { TIME_NO, TIME_UNIX, TIME_ISO };

struct signed_so {
	const char *header, *prefix;
	enum hook_digest digest;
	enum hook_text text;
	const char *time_header;
	enum time_style time;
	const char *before, *between, *after; /* of time and body */
	const char *delivery;		      /* header; NULL: none */
};

static bool time_fits(const struct signed_so *so, struct sv at, int64_t received,
		      struct hook_proof *out)
{
	int64_t ms = 0;
	bool good = so->time == TIME_UNIX ? hook_unix(at, &ms)
					  : at.n && when_parse_iso(at, NULL, &ms);

	if (!good)
		out->why = N_("the header with the time is missing, twice, or no time");
	else if (!hook_in_time(ms, received))
		out->why = N_("signed more than 5 minutes ago or ahead: are both clocks "
			      "right?");
	return !out->why;
}

static bool id_fits(const struct hook_request *q, const struct signed_so *so,
		    struct hook_proof *out)
{
	out->delivery =
		so->delivery ? hook_header(q, so->delivery) : (struct sv){ NULL, 0 };
	if (!out->delivery.n || hook_id_fits(out->delivery))
		return true;
	out->delivery = (struct sv){ NULL, 0 };
	out->why = N_("the id of the delivery is not one");
	return false;
}

static void verify(const struct signed_so *so, const struct hook_request *q,
		   struct hook_keys keys, struct hook_proof *out)
{
	struct sv given = hook_header(q, so->header);
	struct sv at =
		so->time ? hook_header(q, so->time_header) : (struct sv){ NULL, 0 };
	const struct sv parts[] = { sv_of(so->before), at, sv_of(so->between), q->body,
				    sv_of(so->after) };

	*out = (struct hook_proof){ .good = false };
	if (!given.n || !sv_starts(given, sv_of(so->prefix)))
		out->why = N_("the header with the signature is missing, twice, or no "
			      "signature");
	else if ((so->time && !time_fits(so, at, q->received_at, out)) ||
		 !id_fits(q, so, out))
		return;
	given = sv_sub(given, sv_of(so->prefix).n, given.n);
	if (!out->why)
		out->good = so->time ? hook_signed(keys, so->digest, so->text, parts, 5,
						   given)
				     : hook_signed(keys, so->digest, so->text, &q->body,
						   1, given);
	if (!out->good && !out->why)
		out->why = N_("the signature is of another secret or another body");
}

/* clang-format off */
void hook_chatwoot(const struct hook_request *q, const struct sv *secrets, size_t count,
		   struct arena *arena, struct hook_proof *out)
{
	static const struct signed_so so = {
		"X-Chatwoot-Signature", "sha256=", DIGEST_SHA256, TEXT_HEX,
		"X-Chatwoot-Timestamp", TIME_UNIX, "", ".", "", "X-Chatwoot-Delivery"
	};

	(void)arena;
	verify(&so, q, (struct hook_keys){ secrets, count }, out);
}

void hook_crisp(const struct hook_request *q, const struct sv *secrets, size_t count,
		struct arena *arena, struct hook_proof *out)
{
	static const struct signed_so so = {
		"X-Crisp-Signature", "", DIGEST_SHA256, TEXT_HEX,
		"X-Crisp-Request-Timestamp", TIME_UNIX, "[", ";", "]", NULL
	};

	(void)arena;
	verify(&so, q, (struct hook_keys){ secrets, count }, out);
}

void hook_zendesk(const struct hook_request *q, const struct sv *secrets, size_t count,
		  struct arena *arena, struct hook_proof *out)
{
	static const struct signed_so so = {
		"X-Zendesk-Webhook-Signature", "", DIGEST_SHA256, TEXT_BASE64,
		"X-Zendesk-Webhook-Signature-Timestamp", TIME_ISO, "", "", "", NULL
	};

	(void)arena;
	verify(&so, q, (struct hook_keys){ secrets, count }, out);
}

void hook_tally(const struct hook_request *q, const struct sv *secrets, size_t count,
		struct arena *arena, struct hook_proof *out)
{
	static const struct signed_so so = {
		"Tally-Signature", "", DIGEST_SHA256, TEXT_BASE64, NULL, TIME_NO, "", "", "", NULL
	};

	(void)arena;
	verify(&so, q, (struct hook_keys){ secrets, count }, out);
}

void hook_surveymonkey(const struct hook_request *q, const struct sv *secrets, size_t count,
		       struct arena *arena, struct hook_proof *out)
{
	static const struct signed_so so = {
		"Sm-Signature", "", DIGEST_SHA1, TEXT_BASE64, NULL, TIME_NO, "", "", "", NULL
	};

	(void)arena;
	verify(&so, q, (struct hook_keys){ secrets, count }, out);
}

/* Some senders sign the body with a newline behind it that they do not send. */
void hook_typeform(const struct hook_request *q, const struct sv *secrets, size_t count,
		   struct arena *arena, struct hook_proof *out)
{
	static const struct signed_so so = {
		"Typeform-Signature", "sha256=", DIGEST_SHA256, TEXT_BASE64, NULL, TIME_NO, "", "", "", NULL
	};
	const struct sv parts[] = { q->body, SV("\n") };
	struct hook_keys keys = { secrets, count };
	struct sv given = hook_header(q, so.header);

	(void)arena;
	verify(&so, q, keys, out);
	if (!out->good && sv_starts(given, SV("sha256="))) {
		out->good = hook_signed(keys, DIGEST_SHA256, TEXT_BASE64, parts, 2,
					sv_sub(given, 7, given.n));
		out->why = out->good ? NULL : out->why;
	}
}

/* The digest is told by the prefix. */
void hook_intercom(const struct hook_request *q, const struct sv *secrets, size_t count,
		   struct arena *arena, struct hook_proof *out)
{
	static const struct signed_so old = {
		"X-Hub-Signature", "sha1=", DIGEST_SHA1, TEXT_HEX, NULL, TIME_NO, "", "", "", NULL
	}, rare = {
		"X-Hub-Signature", "sha256=", DIGEST_SHA256, TEXT_HEX, NULL, TIME_NO, "", "", "", NULL
	}, newer = {
		"X-Hub-Signature-256", "sha256=", DIGEST_SHA256, TEXT_HEX, NULL, TIME_NO, "", "", "", NULL
	};
	struct sv given = hook_header(q, old.header);

	(void)arena;
	verify(!given.n ? &newer : sv_starts(given, SV("sha256=")) ? &rare : &old, q,
	       (struct hook_keys){ secrets, count }, out);
}
/* clang-format on */
