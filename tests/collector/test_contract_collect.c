/* SPDX-License-Identifier: Apache-2.0 */
/* test_contract_collect.c: the contract of collected sources, a line a service. */
#include "tests/collector/collect_contract.h"

COLLECT_CONTRACT(chatwoot, { .vendor = "chatwoot",
			     .settings = "account = 1\n",
			     .low = 1,
			     .high = 5,
			     .page = 25 })
COLLECT_CONTRACT(zendesk, { .vendor = "zendesk",
			    .settings = "user = " DESK_USER "\n",
			    .low = 1,
			    .high = 5,
			    .page = 100,
			    .asks = true })
COLLECT_CONTRACT(zendesk_ratings, { .vendor = "zendesk-ratings",
				    .settings = "user = " DESK_USER "\n",
				    .low = 0,
				    .high = 1,
				    .page = 100,
				    .asks = true })
COLLECT_CONTRACT(livechat, { .vendor = "livechat",
			     .settings = "user = " DESK_USER "\n",
			     .low = 0,
			     .high = 1,
			     .page = 100 })
COLLECT_CONTRACT(intercom, { .vendor = "intercom",
			     .settings = "",
			     .low = 1,
			     .high = 5,
			     .page = 150,
			     .asks = true })
COLLECT_CONTRACT(freshdesk,
		 { .vendor = "freshdesk",
		   .settings = "values.csat = -103=1 -102=2 100=3 102=4 103=5\n"
			       "scale.csat = 1..5\n",
		   .low = 1,
		   .high = 5,
		   .page = 100 })
COLLECT_CONTRACT(formbricks, { .vendor = "formbricks",
			       .settings = "survey = cm5survey\n",
			       .low = 1,
			       .high = 5,
			       .page = 250 })
COLLECT_CONTRACT(limesurvey,
		 { .vendor = "limesurvey",
		   .settings = "user = " DESK_USER "\nsurvey = 282267\n"
			       "export_language = ro\nmap.csat = Q01\nmap.comment = Q02\n"
			       "values.csat = A1=1 A2=2 A3=3 A4=4 A5=5\n",
		   .low = 1,
		   .high = 5 })
COLLECT_CONTRACT(typeform, { .vendor = "typeform",
			     .settings = "form = lT4Z3j\n"
					 "map.csat = answers[field.ref=happy].number\n"
					 "scale.csat = 1..5\n",
			     .low = 1,
			     .high = 5,
			     .page = 200 })
COLLECT_CONTRACT(
	surveymonkey,
	{ .vendor = "surveymonkey",
	  .settings = "survey = 3001\n"
		      "map.csat = pages[*].questions[id=1001].answers[0].choice_id\n"
		      "values.csat = 9001=1 9002=2 9003=3 9004=4 9005=5\n"
		      "map.comment = pages[*].questions[id=1002].answers[0].text\n",
	  .low = 1,
	  .high = 5,
	  .page = 100 })
