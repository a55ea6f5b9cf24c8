//! The record: an event as CloudTrail writes it (`aws-facts.md` §5.1), members in CloudTrail's order.

use super::{Event, caller::iso, event::Kind};
use crate::drill::world::World;

/// The version of records that this writes.
const VERSION: &str = "1.11";

/// Writes members one after the other.
struct Members(String);

impl Members {
    /// A member whose value is JSON already.
    fn json(&mut self, name: &str, value: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
        self.0.push_str(value);
    }

    /// A text.
    fn text(&mut self, name: &str, value: &str) {
        self.json(name, &quoted(value));
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl Event {
    /// `CloudTrailEvent`.
    pub(crate) fn record(&self, world: &World) -> String {
        let (call, who) = (&self.call, &self.who);
        let mut out = Members(String::with_capacity(2048));
        out.0.push('{');
        out.text("eventVersion", VERSION);
        out.json("userIdentity", &who.identity);
        out.text("eventTime", &iso(self.at));
        out.text("eventSource", &self.source());
        out.text("eventName", &call.name);
        out.text("awsRegion", &self.region);
        out.text("sourceIPAddress", &who.address);
        out.text("userAgent", &who.agent.text(&call.service, &call.name));
        if let Some((code, message)) = &call.error {
            if !code.is_empty() {
                out.text("errorCode", code);
            }
            out.text("errorMessage", message);
        }
        out.json("requestParameters", call.request.as_deref().unwrap_or("null"));
        out.json("responseElements", call.response.as_deref().unwrap_or("null"));
        self.more(&mut out, &["additionalEventData"]);
        out.text("requestID", &self.request_id);
        out.text("eventID", &self.id);
        out.json("readOnly", if call.read { "true" } else { "false" });
        if !call.arns.is_empty() {
            let one = |(kind, arn): &(&str, String)| {
                let (account, arn) = (quoted(&world.account), quoted(arn));
                format!("{{\"accountId\":{account},\"type\":\"{kind}\",\"ARN\":{arn}}}")
            };
            let all: Vec<String> = call.arns.iter().map(one).collect();
            out.json("resources", &format!("[{}]", all.join(",")));
        }
        out.text("eventType", call.kind.word());
        out.json("managementEvent", "true");
        out.text("recipientAccountId", &world.account);
        self.more(&mut out, &["sharedEventID", "serviceEventDetails", "vpcEndpointId"]);
        out.text("eventCategory", "Management");
        if self.direct() {
            let host = if call.kind == Kind::SignIn {
                "signin.aws.amazon.com".to_owned()
            } else {
                format!("{}.{}.amazonaws.com", call.service, self.region)
            };
            let host = quoted(&host);
            out.json(
                "tlsDetails",
                &format!(
                    "{{\"tlsVersion\":\"TLSv1.3\",\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\",\
                     \"clientProvidedHostHeader\":{host}}}"
                ),
            );
        }
        if who.console {
            out.text("sessionCredentialFromConsole", "true");
        }
        out.0.push('}');
        out.0
    }

    fn more(&self, out: &mut Members, names: &[&str]) {
        for (name, value) in self.call.more.iter().filter(|(name, _)| names.contains(name)) {
            out.json(name, value);
        }
    }

    /// Whether a client's own connection brought the call: services, and the console for a person, have none to show.
    fn direct(&self) -> bool {
        let address = self.who.address.starts_with(|c: char| c.is_ascii_digit());
        address && !self.who.console && self.call.kind != Kind::ServiceEvent
    }
}
