//! Errors as AWS documents them: a code per protocol family, a status, a message.
//!
//! The same failure is spelt differently by EC2, by the query services and by JSON or CBOR, and SDKs look at all of
//! them (`aws-facts.md` §1.0 and §3.4). Constructors here name the failure once; `wire` picks the spelling.

/// A failed operation, ready to be written in any protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    /// HTTP status.
    pub(crate) status: u16,
    /// The code in XML protocols, and in `x-amzn-query-error` for JSON and CBOR clients.
    pub(crate) code: String,
    /// The shape's name in JSON and CBOR (`__type`).
    pub(crate) shape: String,
    /// A sentence.
    pub(crate) message: String,
}

impl ApiError {
    /// A client's error (status 400) whose shape is named like its code.
    pub(crate) fn new(code: &str, message: impl Into<String>) -> Self {
        Self { status: 400, code: code.to_owned(), shape: code.to_owned(), message: message.into() }
    }

    /// The same with another shape name.
    #[must_use]
    pub(crate) fn shaped(mut self, shape: &str) -> Self {
        shape.clone_into(&mut self.shape);
        self
    }

    /// The same with another HTTP status.
    #[must_use]
    pub(crate) const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Whether the caller is at fault (`Sender`) or the service (`Receiver`).
    pub(crate) const fn is_senders(&self) -> bool {
        self.status < 500
    }

    /// A parameter holds something that is not allowed.
    pub(crate) fn invalid_value(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterValue", message).shaped("InvalidParameterValueException")
    }

    /// Parameters that exclude each other.
    pub(crate) fn invalid_combination(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterCombination", message).shaped("InvalidParameterCombinationException")
    }

    /// A required parameter is not there.
    pub(crate) fn missing(name: &str) -> Self {
        Self::new("MissingParameter", format!("The request must contain the parameter {name}."))
            .shaped("MissingRequiredParameterException")
    }

    /// A parameter breaks a constraint of CloudWatch's model.
    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new("ValidationError", message).shaped("ValidationException")
    }

    /// No such operation in this service.
    pub(crate) fn unknown_operation(service: &str, operation: &str) -> Self {
        Self::new(
            "InvalidAction",
            format!("The action {operation} is not part of the drill account's {service}."),
        )
        .shaped("UnknownOperationException")
    }
}
