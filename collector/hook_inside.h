/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_inside.h: what the files hook_*.c that check signatures share. Nothing here decides by an
 * early return how long a comparison takes; what is compared is the text as it should have come,
 * so that no second spelling of a signature is one.
 */
#ifndef OPINIA_COLLECTOR_HOOK_INSIDE_H
#define OPINIA_COLLECTOR_HOOK_INSIDE_H

#include "collector/hook.h"

enum { HOOK_MAC_MAX = 32, HOOK_MAC_TEXT_MAX = 96, HOOK_PARAMS_MAX = 512 };

enum hook_digest { DIGEST_SHA256, DIGEST_SHA1 };
enum hook_text { TEXT_HEX, TEXT_BASE64, TEXT_BASE64_OF_HEX };

/* One secret; the secrets of a source. */
struct hook_keys {
	const struct sv *secrets;
	size_t count;
};

struct hook_param {
	struct sv name, value; /* decoded */
};

/* HMAC of the parts one behind the other (SHA-1: one part) under @key, as text. */
struct sv hook_mac(enum hook_digest digest, enum hook_text text, struct sv key,
		   const struct sv *parts, size_t count, char out[HOOK_MAC_TEXT_MAX]);

/* Is that the HMAC under any of the secrets? */
bool hook_signed(struct hook_keys keys, enum hook_digest digest, enum hook_text text,
		 const struct sv *parts, size_t count, struct sv given);

/* Is @given the secret, or one of them? Neither may be empty. */
bool hook_same(struct sv secret, struct sv given);
bool hook_same_any(struct hook_keys keys, struct sv given);

/* Unix seconds (milliseconds too, if so many digits), no sign, no blank. False: none. */
bool hook_unix(struct sv s, int64_t *ms);
bool hook_in_time(int64_t at_ms, int64_t received_ms);

/* An id that may stand in a note key: visible ASCII, no dot, at most 256 bytes. */
bool hook_id_fits(struct sv id);

/* %41 and + taken back, in @arena; false: it is full. */
bool hook_decode(struct sv s, struct arena *arena, struct sv *out);

/* "a=1&b=2" decoded. False: more than HOOK_PARAMS_MAX, or the arena is full. */
bool hook_form(struct sv text, struct arena *arena, struct hook_param **out,
	       size_t *count);

/* The value of a parameter; false: it is not there, or twice. */
bool hook_param(const struct hook_param *params, size_t count, struct sv name,
		struct sv *value);

typedef void hook_verify(const struct hook_request *q, const struct sv *secrets,
			 size_t secret_count, struct arena *arena,
			 struct hook_proof *out);

hook_verify hook_basic, hook_bearer, hook_chatwoot, hook_crisp, hook_intercom,
	hook_livechat, hook_path, hook_standard, hook_surveymonkey, hook_tally,
	hook_twilio, hook_typeform, hook_zadarma, hook_zendesk;

#endif
