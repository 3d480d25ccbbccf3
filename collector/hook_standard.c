/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_standard.c: Standard Webhooks (standardwebhooks.com): "id.time.body" signed with
 * HMAC-SHA256 (v1, key whsec_…) or Ed25519 (v1a, key whpk_…); the header may list several
 * signatures, of old and new keys. The older names of the same headers begin with svix-.
 */
#include <sodium.h>
#include <string.h>

#include "collector/hook_inside.h"
#include "core/i18n.h"

enum { LISTED_MAX = 8, KEY_MIN = 24, KEY_MAX = 64 };

struct said {
	struct sv id, at, signatures;
	struct sv text; /* id.at.body */
};

static size_t key_bytes(struct sv text, unsigned char out[KEY_MAX])
{
	static const int variants[] = { sodium_base64_VARIANT_ORIGINAL,
					sodium_base64_VARIANT_ORIGINAL_NO_PADDING };
	size_t n = 0;

	for (size_t i = 0; i < 2; i++)
		if (!sodium_base642bin(out, KEY_MAX, text.p, text.n, NULL, &n, NULL,
				       variants[i]))
			return n;
	return 0;
}

static bool by_hmac(struct sv secret, const struct said *said, struct sv signature)
{
	unsigned char key[KEY_MAX];
	struct sv view = { (const char *)key, 0 };
	bool good;

	if (sv_starts(secret, SV("whsec_")))
		secret = sv_sub(secret, 6, secret.n);
	view.n = key_bytes(secret, key);
	good = view.n >= KEY_MIN &&
	       hook_signed((struct hook_keys){ &view, 1 }, DIGEST_SHA256, TEXT_BASE64,
			   &said->text, 1, signature);
	sodium_memzero(key, sizeof(key));
	return good;
}

static bool by_ed25519(struct sv secret, const struct said *said, struct sv signature)
{
	unsigned char key[KEY_MAX], sig[crypto_sign_BYTES];
	size_t n = 0;

	return key_bytes(sv_sub(secret, 5, secret.n), key) ==
		       crypto_sign_PUBLICKEYBYTES &&
	       !sodium_base642bin(sig, sizeof(sig), signature.p, signature.n, NULL, &n,
				  NULL, sodium_base64_VARIANT_ORIGINAL) &&
	       n == sizeof(sig) &&
	       !crypto_sign_verify_detached(sig, (const unsigned char *)said->text.p,
					    said->text.n, key);
}

static bool one_fits(struct hook_keys keys, const struct said *said, struct sv version,
		     struct sv signature)
{
	bool good = false;

	for (size_t i = 0; i < keys.count; i++) {
		bool public = sv_starts(keys.secrets[i], SV("whpk_"));

		if (public && sv_eq(version, SV("v1a")))
			good |= by_ed25519(keys.secrets[i], said, signature);
		if (!public && sv_eq(version, SV("v1")))
			good |= by_hmac(keys.secrets[i], said, signature);
	}
	return good;
}

static bool any_fits(struct hook_keys keys, const struct said *said)
{
	struct sv list = said->signatures;
	bool good = false;

	for (int i = 0; list.n && i < LISTED_MAX; i++) {
		struct sv signature = sv_cut(&list, ' ');
		struct sv version = sv_cut(&signature, ',');

		good |= one_fits(keys, said, version, signature);
	}
	return good;
}

static struct said headers(const struct hook_request *q)
{
	static const char *const names[2][3] = {
		{ "webhook-id", "webhook-timestamp", "webhook-signature" },
		{ "svix-id", "svix-timestamp", "svix-signature" },
	};
	const char *const *n = names[!hook_header(q, names[0][2]).n];

	return (struct said){ .id = hook_header(q, n[0]),
			      .at = hook_header(q, n[1]),
			      .signatures = hook_header(q, n[2]) };
}

static bool join(struct said *said, struct sv body, struct arena *arena)
{
	size_t n = said->id.n + said->at.n + body.n + 2;
	char *p = arena_take(arena, n), *to = p;
	const struct sv parts[] = { said->id, SV("."), said->at, SV("."), body };

	for (size_t i = 0; p && i < 5; to += parts[i++].n)
		if (parts[i].n)
			memcpy(to, parts[i].p, parts[i].n);
	said->text = (struct sv){ p, p ? n : 0 };
	return p;
}

void hook_standard(const struct hook_request *q, const struct sv *secrets, size_t count,
		   struct arena *arena, struct hook_proof *out)
{
	struct said said = headers(q);
	int64_t at;

	*out = (struct hook_proof){ .good = false };
	if (!hook_id_fits(said.id))
		out->why = N_("the header webhook-id is missing, twice, or has a dot");
	else if (!hook_unix(said.at, &at) || said.at.n > 11)
		out->why = N_("the header with the time is missing, twice, or no time");
	else if (!hook_in_time(at, q->received_at))
		out->why = N_("signed more than 5 minutes ago or ahead: are both clocks "
			      "right?");
	else if (!join(&said, q->body, arena))
		out->why = N_("out of memory");
	else if (!any_fits((struct hook_keys){ secrets, count }, &said))
		out->why = N_("the signature is of another secret or another body");
	if (out->why)
		return;
	out->good = true;
	out->delivery = said.id;
}
