/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hook_schemes.c: the table of signing schemes (see hook.h). A new one is a function of the kind
 * of hook_signed.c and a row here.
 */
#include <string.h>

#include "collector/hook_inside.h"
#include "core/i18n.h"

/* clang-format off */
static const struct hook_scheme schemes[] = {
	{ "basic", N_("user:password by HTTP Basic; the secret is user:password"), hook_basic },
	{ "bearer", N_("Authorization: Bearer with the secret"), hook_bearer },
	{ "chatwoot", N_("Chatwoot: X-Chatwoot-Signature over time and body"), hook_chatwoot },
	{ "crisp", N_("Crisp: X-Crisp-Signature over time and body"), hook_crisp },
	{ "intercom", N_("Intercom: X-Hub-Signature over the body"), hook_intercom },
	{ "livechat", N_("LiveChat: secret_key in the body"), hook_livechat },
	{ "path", N_("The secret as last part of the address, as ?key= or in X-Opinia-Secret"), hook_path },
	{ "standard", N_("Standard Webhooks: webhook-signature over id, time and body"), hook_standard },
	{ "surveymonkey", N_("SurveyMonkey: Sm-Signature; the secret is CLIENT_ID&SECRET"), hook_surveymonkey },
	{ "tally", N_("Tally: Tally-Signature over the body"), hook_tally },
	{ "twilio", N_("Twilio: X-Twilio-Signature over address and form; the secret is the auth token"), hook_twilio },
	{ "typeform", N_("Typeform: Typeform-Signature over the body"), hook_typeform },
	{ "zadarma", N_("Zadarma: Signature over the fields of the event"), hook_zadarma },
	{ "zendesk", N_("Zendesk: X-Zendesk-Webhook-Signature over time and body"), hook_zendesk },
};
/* clang-format on */

const struct hook_scheme *hook_scheme_all(size_t *count)
{
	*count = sizeof(schemes) / sizeof(schemes[0]);
	return schemes;
}

const struct hook_scheme *hook_scheme_find(const char *name)
{
	for (size_t i = 0; name && i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (!strcmp(schemes[i].name, name))
			return &schemes[i];
	return NULL;
}
