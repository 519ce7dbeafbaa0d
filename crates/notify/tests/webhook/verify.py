"""Purpose: verify a webhook as its receiver does, by the library of Standard Webhooks.

Reads one line of JSON: {"secret", "headers", "body"}. Prints what the library read, or why it refused.
"""

import json
import sys

from standardwebhooks import Webhook, WebhookVerificationError

asked = json.loads(sys.stdin.readline())
try:
    print(json.dumps({"read": Webhook(asked["secret"]).verify(asked["body"], asked["headers"])}))
except WebhookVerificationError as error:
    print(json.dumps({"refused": str(error)}))
