/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_zadarma.c: Zadarma signs, for each kind of event, some of its fields one behind the
 * other; the signature is base64 of the hex text of HMAC-SHA1.
 */
#include "collector/hook_inside.h"
#include "core/buf.h"
#include "core/i18n.h"

/* clang-format off */
static const struct {
	struct sv event;
	struct sv fields[3];
} events[] = {
	{ SV_INIT("NOTIFY_START"), { SV_INIT("caller_id"), SV_INIT("called_did"), SV_INIT("call_start") } },
	{ SV_INIT("NOTIFY_INTERNAL"), { SV_INIT("caller_id"), SV_INIT("called_did"), SV_INIT("call_start") } },
	{ SV_INIT("NOTIFY_END"), { SV_INIT("caller_id"), SV_INIT("called_did"), SV_INIT("call_start") } },
	{ SV_INIT("NOTIFY_IVR"), { SV_INIT("caller_id"), SV_INIT("called_did"), SV_INIT("call_start") } },
	{ SV_INIT("NOTIFY_ANSWER"), { SV_INIT("caller_id"), SV_INIT("destination"), SV_INIT("call_start") } },
	{ SV_INIT("NOTIFY_OUT_START"), { SV_INIT("internal"), SV_INIT("destination"), SV_INIT("call_start") } },
	{ SV_INIT("NOTIFY_OUT_END"), { SV_INIT("internal"), SV_INIT("destination"), SV_INIT("call_start") } },
	{ SV_INIT("NOTIFY_RECORD"), { SV_INIT("pbx_call_id"), SV_INIT("call_id_with_rec") } },
	{ SV_INIT("SPEECH_RECOGNITION"), { SV_INIT("result") } },
	{ SV_INIT("SMS"), { SV_INIT("result") } },
};
/* clang-format on */

/* Only `internal` may be missing, where a call has no extension. */
static bool put_fields(size_t event, const struct hook_param *params, size_t count,
		       struct buf *out)
{
	for (size_t i = 0; i < 3 && events[event].fields[i].n; i++) {
		struct sv name = events[event].fields[i], value;

		if (!hook_param(params, count, name, &value) &&
		    (value.n || !sv_eq(name, SV("internal"))))
			return false;
		buf_sv_put(out, value);
	}
	return out->n > 0 && buf_ok(out);
}

static bool put_signed(const struct hook_param *params, size_t count, struct buf *out)
{
	struct sv event;

	if (!hook_param(params, count, SV("event"), &event))
		return false;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (sv_eq(events[i].event, event))
			return put_fields(i, params, count, out);
	return false;
}

void hook_zadarma(const struct hook_request *q, const struct sv *secrets,
		  size_t secret_count, struct arena *arena, struct hook_proof *out)
{
	struct hook_keys keys = { secrets, secret_count };
	struct sv given = hook_header(q, "Signature"), part;
	struct hook_param *params;
	struct buf text;
	size_t count;

	*out = (struct hook_proof){ .good = false };
	buf_init(&text, HOOK_BODY_MAX);
	if (!given.n)
		out->why = N_("the header with the signature is missing, twice, or no "
			      "signature");
	else if (!hook_form(q->body, arena, &params, &count) ||
		 !put_signed(params, count, &text))
		out->why = N_("no event whose fields are signed");
	part = buf_sv(&text);
	if (!out->why)
		out->good = hook_signed(keys, DIGEST_SHA1, TEXT_BASE64_OF_HEX, &part, 1,
					given);
	if (!out->good && !out->why)
		out->why = N_("the signature is of another secret or another body");
	buf_release(&text);
}
