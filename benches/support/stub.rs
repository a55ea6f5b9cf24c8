//! An endpoint on loopback that answers EC2, STS, IAM and CloudWatch from prepared pages, after a delay of its own.
//!
//! It exists to be fast and predictable: pages are made once, before anything is timed. It understands nothing beyond
//! which operation and which page is asked for.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

/// How the endpoint behaves.
#[derive(Debug, Clone)]
pub(crate) struct Behaviour {
    /// Instances in all.
    pub(crate) instances: usize,
    /// Before every answer.
    pub(crate) delay: Duration,
    /// Before every page of instances but the first.
    pub(crate) later_pages: Duration,
    /// Accepts connections and never answers.
    pub(crate) hangs: bool,
}

/// A running endpoint; it ends with the process.
#[derive(Debug, Clone)]
pub(crate) struct Stub {
    /// Where.
    pub(crate) address: SocketAddr,
    /// Calls answered, by kind.
    pub(crate) calls: Arc<AtomicUsize>,
    /// When the first page of instances had been written.
    pub(crate) first_page: Arc<Mutex<Option<Instant>>>,
}

impl Stub {
    /// Starts one on a free port.
    pub(crate) fn start(behaviour: Behaviour) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let stub =
            Self { address: listener.local_addr()?, calls: Arc::default(), first_page: Arc::default() };
        let (answers, known) = (Arc::new(behaviour), stub.clone());
        let instances = Arc::new(pages(answers.instances, 1000, instance));
        let small = Arc::new(pages(answers.instances, 100, instance));
        let statuses = Arc::new(pages(answers.instances, 1000, status));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, known) = (answers.clone(), known.clone());
                let sets = (instances.clone(), small.clone(), statuses.clone());
                thread::spawn(move || serve(stream, &answers, &known, &sets));
            }
        });
        Ok(stub)
    }

    /// As `--endpoint-url` wants it.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

type Sets = (Arc<Vec<String>>, Arc<Vec<String>>, Arc<Vec<String>>);

fn serve(stream: TcpStream, behaviour: &Behaviour, stub: &Stub, sets: &Sets) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut out = stream.try_clone().ok()?;
    let mut input = BufReader::new(stream);
    loop {
        let (head, body) = request(&mut input)?;
        if behaviour.hangs {
            // Kept open for as long as the client cares to wait.
            let mut rest = Vec::new();
            let _ = input.read_to_end(&mut rest);
            return None;
        }
        thread::sleep(behaviour.delay);
        stub.calls.fetch_add(1, Ordering::Relaxed);
        let field = |name: &str| {
            body.split('&').find_map(|pair| Some(pair.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
        };
        let at: usize =
            field("NextToken").and_then(|t| t.trim_start_matches("page-").parse().ok()).unwrap_or(0);
        let action = field("Action").unwrap_or_default();
        let (kind, answer): (&str, Vec<u8>) = match action.as_str() {
            "DescribeInstances" => {
                if at > 0 {
                    thread::sleep(behaviour.later_pages);
                }
                let size: usize = field("MaxResults").and_then(|n| n.parse().ok()).unwrap_or(1000);
                ("text/xml", listing("DescribeInstances", "reservationSet", at, size, sets))
            }
            "DescribeInstanceStatus" => {
                ("text/xml", listing("DescribeInstanceStatus", "instanceStatusSet", at, 1000, sets))
            }
            "DescribeImages" => ("text/xml", ec2("DescribeImages", "<imagesSet/>")),
            "GetCallerIdentity" => ("text/xml", IDENTITY.as_bytes().to_vec()),
            "ListAccountAliases" => ("text/xml", ALIASES.as_bytes().to_vec()),
            // An empty CBOR map: no alarms, no history, no mute rules.
            _ if head.contains("/operation/") => ("application/cbor", vec![0xbf, 0xff]),
            _ => ("text/xml", ec2("Error", "")),
        };
        let header = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\nsmithy-protocol: rpc-v2-cbor\r\ncontent-length: {}\r\n\r\n",
            answer.len()
        );
        out.write_all(header.as_bytes()).ok()?;
        out.write_all(&answer).ok()?;
        out.flush().ok()?;
        if action == "DescribeInstances" && at == 0 {
            let mut first = stub.first_page.lock().ok()?;
            first.get_or_insert_with(Instant::now);
        }
    }
}

/// One request: its first line and its body.
fn request(input: &mut BufReader<TcpStream>) -> Option<(String, String)> {
    let (mut first, mut length) = (String::new(), 0);
    input.read_line(&mut first).ok().filter(|n| *n > 0)?;
    loop {
        let mut line = String::new();
        input.read_line(&mut line).ok().filter(|n| *n > 0)?;
        let line = line.trim().to_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(n) = line.strip_prefix("content-length:") {
            length = n.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    input.read_exact(&mut body).ok()?;
    Some((first, String::from_utf8_lossy(&body).into_owned()))
}

/// Page tokens count rows, so that pages of different sizes can follow one another.
fn listing(action: &str, set: &str, at: usize, size: usize, sets: &Sets) -> Vec<u8> {
    let (big, small, statuses) = sets;
    let (pages, step) = match (action, size) {
        ("DescribeInstanceStatus", _) => (statuses, 1000),
        (_, size) if size < 1000 => (small, 100),
        _ => (big, 1000),
    };
    let total: usize = pages.len() * step;
    let page = pages.get(at / step).map_or("", String::as_str);
    let next = at + step;
    let token = if next < total { format!("<nextToken>page-{next}</nextToken>") } else { String::new() };
    ec2(action, &format!("<{set}>{page}</{set}>{token}"))
}

fn ec2(action: &str, inner: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{action}Response \
         xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>00000000-0000-4000-8000-000000000000\
         </requestId>{inner}</{action}Response>"
    )
    .into_bytes()
}

fn pages(total: usize, size: usize, row: fn(usize) -> String) -> Vec<String> {
    (0..total.div_ceil(size))
        .map(|page| (page * size..((page + 1) * size).min(total)).map(row).collect())
        .collect()
}

/// The id of the n-th instance.
pub(crate) fn id(n: usize) -> String {
    format!("i-{n:017x}")
}

/// About 1.5 KB, as on AWS.
fn instance(n: usize) -> String {
    format!(
        "<item><reservationId>r-{n:017x}</reservationId><ownerId>111122223333</ownerId><groupSet/><instancesSet><item>\
         <instanceId>{id}</instanceId><imageId>ami-0000000000000{image:04x}</imageId><instanceState><code>16</code>\
         <name>running</name></instanceState><privateDnsName>ip-10-0-{a}-{b}.eu-west-1.compute.internal</privateDnsName>\
         <dnsName/><reason/><keyName>ops</keyName><amiLaunchIndex>0</amiLaunchIndex><productCodes/>\
         <instanceType>t3.large</instanceType><launchTime>2026-04-0{day}T03:04:05.000Z</launchTime><placement>\
         <availabilityZone>eu-west-1{zone}</availabilityZone><groupName/><tenancy>default</tenancy></placement>\
         <monitoring><state>disabled</state></monitoring><subnetId>subnet-0000000000000000{z}</subnetId>\
         <vpcId>vpc-00000000000000001</vpcId><privateIpAddress>10.0.{a}.{b}</privateIpAddress>\
         <sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-00000000000000001</groupId>\
         <groupName>web</groupName></item></groupSet><architecture>x86_64</architecture><rootDeviceType>ebs\
         </rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/xvda\
         </deviceName><ebs><volumeId>vol-{n:017x}</volumeId><status>attached</status>\
         <attachTime>2026-04-01T03:04:06.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></ebs></item>\
         </blockDeviceMapping><virtualizationType>hvm</virtualizationType><clientToken/><tagSet><item><key>Name</key>\
         <value>web-{n}</value></item><item><key>Env</key><value>prod</value></item><item><key>Team</key>\
         <value>shop</value></item></tagSet><hypervisor>xen</hypervisor><networkInterfaceSet><item>\
         <networkInterfaceId>eni-{n:017x}</networkInterfaceId></item></networkInterfaceSet><ebsOptimized>false\
         </ebsOptimized><enaSupport>true</enaSupport><platformDetails>Linux/UNIX</platformDetails></item>\
         </instancesSet></item>",
        id = id(n),
        image = n % 7,
        a = n / 250 % 250,
        b = n % 250,
        day = n % 9 + 1,
        zone = ['a', 'b', 'c'][n % 3],
        z = n % 3,
    )
}

fn status(n: usize) -> String {
    let ok =
        "<status>ok</status><details><item><name>reachability</name><status>passed</status></item></details>";
    format!(
        "<item><instanceId>{id}</instanceId><availabilityZone>eu-west-1a</availabilityZone><instanceState>\
         <code>16</code><name>running</name></instanceState><systemStatus>{ok}</systemStatus>\
         <instanceStatus>{ok}</instanceStatus><attachedEbsStatus>{ok}</attachedEbsStatus></item>",
        id = id(n)
    )
}

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/ops</Arn><UserId>AIDAEXAMPLE</UserId>\
    <Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
const ALIASES: &str = "<ListAccountAliasesResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
    <ListAccountAliasesResult><AccountAliases/><IsTruncated>false</IsTruncated></ListAccountAliasesResult>\
    </ListAccountAliasesResponse>";
