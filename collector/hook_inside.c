/* SPDX-License-Identifier: Apache-2.0 */
/* hook_inside.c: see hook_inside.h. HMAC-SHA256 is libsodium's, HMAC-SHA1 libcrypto's. */
#include "collector/hook_inside.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <string.h>

#include "core/percent.h"
#include "core/short.h"

/* ---- comparing --------------------------------------------------------------------------- */

static size_t mac_sha256(struct sv key, const struct sv *parts, size_t count,
			 unsigned char *out)
{
	crypto_auth_hmacsha256_state s;

	crypto_auth_hmacsha256_init(&s, (const unsigned char *)key.p, key.n);
	for (size_t i = 0; i < count; i++)
		crypto_auth_hmacsha256_update(&s, (const unsigned char *)parts[i].p,
					      parts[i].n);
	crypto_auth_hmacsha256_final(&s, out);
	sodium_memzero(&s, sizeof(s));
	return crypto_auth_hmacsha256_BYTES;
}

static size_t mac_sha1(struct sv key, struct sv part, unsigned char *out)
{
	unsigned n = 0;

	if (!HMAC(EVP_sha1(), key.p, (int)key.n,
		  (const unsigned char *)(part.p ? part.p : ""), part.n, out, &n)) {
		memory_was_short(); /* it has no other reason */
		return 0;
	}
	return n;
}

struct sv hook_mac(enum hook_digest digest, enum hook_text text, struct sv key,
		   const struct sv *parts, size_t count, char out[HOOK_MAC_TEXT_MAX])
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	char hex[2 * HOOK_MAC_MAX + 1];
	size_t n = digest == DIGEST_SHA1 ? mac_sha1(key, parts[0], mac)
					 : mac_sha256(key, parts, count, mac);

	if (!n)
		return (struct sv){ NULL, 0 };
	if (text == TEXT_HEX)
		sodium_bin2hex(out, HOOK_MAC_TEXT_MAX, mac, n);
	else if (text == TEXT_BASE64)
		sodium_bin2base64(out, HOOK_MAC_TEXT_MAX, mac, n,
				  sodium_base64_VARIANT_ORIGINAL);
	else
		sodium_bin2base64(
			out, HOOK_MAC_TEXT_MAX,
			(unsigned char *)sodium_bin2hex(hex, sizeof(hex), mac, n), 2 * n,
			sodium_base64_VARIANT_ORIGINAL);
	return sv_of(out);
}

bool hook_signed(struct hook_keys keys, enum hook_digest digest, enum hook_text text,
		 const struct sv *parts, size_t count, struct sv given)
{
	char room[HOOK_MAC_TEXT_MAX];
	bool good = false;

	for (size_t i = 0; i < keys.count; i++) {
		struct sv right;

		if (!keys.secrets[i].n)
			continue;
		right = hook_mac(digest, text, keys.secrets[i], parts, count, room);
		good |= right.n && right.n == given.n &&
			!sodium_memcmp(right.p, given.p, right.n);
	}
	return good;
}

bool hook_same(struct sv secret, struct sv given)
{
	volatile unsigned char differs = secret.n != given.n;

	if (!secret.n || !given.n)
		return false;
	/* as many steps as were given, so that the time says nothing about the secret's length */
	for (size_t i = 0, at = 0; i < given.n; i++) {
		differs |= (unsigned char)(secret.p[at] ^ given.p[i]);
		at++;
		at &= (size_t)0 - (size_t)(at < secret.n);
	}
	return !differs;
}

bool hook_same_any(struct hook_keys keys, struct sv given)
{
	bool good = false;

	for (size_t i = 0; i < keys.count; i++)
		good |= hook_same(keys.secrets[i], given);
	return good;
}

/* ---- headers and times ------------------------------------------------------------------- */

struct sv hook_header(const struct hook_request *q, const char *name)
{
	struct sv found = { NULL, 0 };
	size_t times = 0;

	for (size_t i = 0; i < q->header_count; i++)
		if (sv_ieq(q->headers[i].name, sv_of(name))) {
			found = sv_trim(q->headers[i].value);
			times++;
		}
	return times == 1 ? found : (struct sv){ NULL, 0 };
}

bool hook_unix(struct sv s, int64_t *ms)
{
	int64_t n;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	if (!s.n || s.n > 14 || !sv_i64(s, &n))
		return false;
	*ms = s.n > 11 ? n : n * 1000;
	return true;
}

bool hook_in_time(int64_t at_ms, int64_t received_ms)
{
	const int64_t most = HOOK_TOLERANCE_S * 1000;

	return received_ms > 0 && at_ms >= received_ms - most &&
	       at_ms <= received_ms + most;
}

bool hook_id_fits(struct sv id)
{
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] <= ' ' || id.p[i] > '~' || id.p[i] == '.')
			return false;
	return id.n > 0 && id.n <= 256;
}

/* ---- forms ------------------------------------------------------------------------------- */

bool hook_decode(struct sv s, struct arena *arena, struct sv *out)
{
	char *to = arena_take(arena, s.n + 1);

	*out = (struct sv){ NULL, 0 };
	if (!to)
		return false;
	*out = percent_decode(s, true, to);
	to[out->n] = 0;
	return true;
}

bool hook_form(struct sv text, struct arena *arena, struct hook_param **out,
	       size_t *count)
{
	size_t most = 1;

	*count = 0;
	for (size_t i = 0; i < text.n; i++)
		most += text.p[i] == '&';
	if (most > HOOK_PARAMS_MAX)
		return false;
	*out = arena_zero(arena, most, sizeof(**out));
	while (*out && text.n) {
		struct sv value = sv_cut(&text, '&');
		struct hook_param *p = &(*out)[*count];
		struct sv name;

		if (!value.n)
			continue;
		name = sv_cut(&value, '=');
		if (!hook_decode(name, arena, &p->name) ||
		    !hook_decode(value, arena, &p->value))
			return false;
		++*count;
	}
	return *out;
}

bool hook_param(const struct hook_param *params, size_t count, struct sv name,
		struct sv *value)
{
	size_t times = 0;

	*value = (struct sv){ NULL, 0 };
	for (size_t i = 0; i < count; i++)
		if (sv_eq(params[i].name, name)) {
			*value = params[i].value;
			times++;
		}
	return times == 1;
}
