//! What EC2 says of a resource, on its page: while it is asked, when it has answered, when it may not or cannot.

use super::*;
use crate::{
    panes::fixture::at,
    problem::{Problem, ProblemKind, Remedy},
    rows::described::{
        Attachment, Described, Image, Interface, Peer, Rule, SecurityGroup, Subnet, Volume, Vpc, What,
    },
};

const GROUP: &str = "AWS::EC2::SecurityGroup";

fn rule(protocol: &str, ports: Option<(i32, i32)>, peer: Peer) -> Rule {
    Rule { protocol: protocol.into(), ports, peer, about: None }
}

fn from_group(id: &str, account: &str) -> Peer {
    Peer::Group { id: id.into(), account: Some(account.into()) }
}

fn web_group() -> SecurityGroup {
    let https = Rule {
        about: Some("HTTPS from everywhere".into()),
        ..rule("tcp", Some((443, 443)), Peer::Addresses("0.0.0.0/0".into()))
    };
    SecurityGroup {
        name: "web".into(),
        about: "The web tier".into(),
        vpc: Some("vpc-0b5e".into()),
        ingress: vec![
            https,
            rule("tcp", Some((8080, 8090)), from_group("sg-0b2f", "111122223333")),
            rule("udp", Some((53, 53)), from_group("sg-far", "444455556666")),
            rule("icmp", Some((-1, -1)), Peer::PrefixList("pl-1".into())),
        ],
        egress: vec![rule("-1", None, Peer::Addresses("0.0.0.0/0".into()))],
        tags: vec![("team".into(), "checkout".into())],
    }
}

fn interface(id: &str, about: &str, managed: bool, instance: Option<&str>) -> Interface {
    Interface {
        id: id.into(),
        about: about.into(),
        managed,
        instance: instance.map(str::to_owned),
        state: "in-use".into(),
        kind: "interface".into(),
        subnet: Some("subnet-0c4d".into()),
        vpc: Some("vpc-0b5e".into()),
        private_ip: Some("10.0.1.4".into()),
        groups: vec![("sg-0b2f".into(), "web".into())],
        ..Interface::default()
    }
}

fn known(id: &str, answers: Vec<(What, Described)>) -> World {
    let answers = answers.into_iter().map(|(what, answer)| (what, id.to_owned(), answer));
    World { described: answers.collect(), alarms: Vec::new(), ..world() }
}

fn said(world: &World, resource: &ResourceRef) -> String {
    let desk = Desk::new(Lang::En);
    let page = world.page(&desk);
    text(&page_of(resource, &page), &page)
}

#[test]
fn a_security_group_s_rules_are_in_words_and_groups_in_them_are_jumps() {
    let users = vec![
        interface("eni-1", "ELB app/web/50dc6c495c0c9188", true, None),
        interface("eni-2", "ELB app/web/50dc6c495c0c9188", true, None),
        interface("eni-3", "", false, Some("i-0a1c0a1c0a1c0a1c1")),
        interface("eni-4", "RDSNetworkInterface", true, None),
        interface("eni-5", "", false, Some("i-new")),
    ];
    let mut world = known(
        "sg-0b2f",
        vec![
            (What::SecurityGroup, Described::SecurityGroup(web_group())),
            (What::GroupInterfaces, Described::Interfaces { list: users, more: true }),
        ],
    );
    world.instances.truncate(1);
    assert_eq!(
        said(&world, &of(GROUP, "sg-0b2f")),
        "web
EC2 SecurityGroup
type: AWS::EC2::SecurityGroup
id: sg-0b2f
group name: web
description: The web tier
account: prod-main (111122223333)
region: eu-west-1
# ALARMS
No alarm points at it.
# INGRESS
 tcp 443  from 0.0.0.0/0  HTTPS from everywhere
>tcp 8080-8090  from sg-0b2f web
 udp 53  from sg-far 444455556666
>icmp  from pl-1
# EGRESS
 all traffic  to 0.0.0.0/0
# USED BY
>web  ElasticLoadBalancingV2 LoadBalancer  on its eni-1
>eni-4 RDSNetworkInterface  EC2 NetworkInterface  has it
>i-new  EC2 Instance  on its eni-5
 Only the first 5 network interfaces were read.
# INSTANCES
>web-1  i-0a1c0a1c0a1c0a1c1  running  3/3 ok
# AROUND IT
>vpc-0b5e  EC2 VPC  contains it
# CHANGES
No known event of the last day touched it; e looks further.
# TAGS
 team  checkout
console: https://eu-west-1.console.aws.amazon.com/ec2/home?region=eu-west-1&account=111122223333#SecurityGroup:groupId=sg-0b2f
"
    );
}

#[test]
fn a_group_without_rules_or_users_says_so() {
    let none = SecurityGroup { name: "old".into(), ..SecurityGroup::default() };
    let answers = vec![
        (What::SecurityGroup, Described::SecurityGroup(none)),
        (What::GroupInterfaces, Described::Interfaces { list: Vec::new(), more: false }),
    ];
    let page = said(&known("sg-old", answers), &of(GROUP, "sg-old"));
    for sentence in [
        "No rule lets anything in.",
        "No rule lets anything out.",
        "No network interface has it.",
        "No tags.",
    ] {
        assert!(page.contains(sentence), "{sentence}: {page}");
    }
}

fn whole_volume() -> Volume {
    Volume {
        state: "in-use".into(),
        size: Some(500),
        kind: "gp3".into(),
        iops: Some(3000),
        throughput: Some(125),
        encrypted: true,
        key: Some("arn:aws:kms:eu-west-1:111122223333:key/1a2b".into()),
        snapshot: Some("snap-1".into()),
        created: Some(at("2026-04-01T00:00:00Z")),
        attachments: vec![Attachment {
            instance: "i-0a1c0a1c0a1c0a1c1".into(),
            device: "/dev/xvda".into(),
            state: "attached".into(),
        }],
        tags: vec![("Name".into(), "named".into())],
        ..Volume::default()
    }
}

#[test]
fn every_kind_says_what_it_is_and_leads_to_what_it_names() {
    let tags = || vec![("Name".into(), "named".into())];
    let volume = whole_volume();
    let subnet = Subnet {
        state: "available".into(),
        cidrs: vec!["10.0.1.0/24".into()],
        vpc: Some("vpc-0b5e".into()),
        az: "eu-west-1a".into(),
        free: Some(3),
        tags: tags(),
        ..Subnet::default()
    };
    let vpc =
        Vpc { state: "available".into(), cidrs: vec!["10.0.0.0/16".into()], tags: tags(), ..Vpc::default() };
    let image = Image {
        name: "al2023".into(),
        state: "available".into(),
        owner: Some("amazon".into()),
        public: true,
        created: Some(at("2026-04-01T00:00:00Z")),
        deprecated: Some(at("2026-04-30T00:00:00Z")),
        ..Image::default()
    };
    let eni = interface("eni-05aa", "ELB app/web/50dc6c495c0c9188", true, None);
    for (kind, id, what, answer, lines) in [
        (
            "AWS::EC2::Volume",
            "vol-07d1",
            What::Volume,
            Described::Volume(volume),
            vec![
                "named\nin-useEC2 Volume\n",
                "size: 500 GiB  gp3  3000 IOPS  125 MiB/s\n",
                "attached: /dev/xvda  i-0a1c0a1c0a1c0a1c1\n",
                "encrypted: yes\n",
                ">web-1  i-0a1c0a1c0a1c0a1c1  running",
                ">snap-1  EC2 Snapshot  it was made from this\n",
                ">1a2b  KMS Key  encrypts it\n",
            ],
        ),
        (
            "AWS::EC2::Subnet",
            "subnet-0c4d",
            What::Subnet,
            Described::Subnet(subnet),
            vec!["addresses: 10.0.1.0/24\n", "free addresses: 3\n", ">vpc-0b5e  EC2 VPC  contains it\n"],
        ),
        (
            "AWS::EC2::VPC",
            "vpc-0b5e",
            What::Vpc,
            Described::Vpc(vpc),
            vec!["addresses: 10.0.0.0/16\n", ">subnet-0c4d  EC2 Subnet  has its instances\n"],
        ),
        (
            "AWS::EC2::NetworkInterface",
            "eni-05aa",
            What::Interface,
            Described::Interface(eni),
            vec![
                "private IP: 10.0.1.4\n",
                "managed by AWS: yes\n",
                ">web  ElasticLoadBalancingV2 LoadBalancer  its load balancer\n",
                ">sg-0b2f web  EC2 SecurityGroup  attached to it\n",
                ">subnet-0c4d  EC2 Subnet  contains it\n",
            ],
        ),
        (
            "AWS::EC2::Image",
            "ami-0aa1",
            What::Image,
            Described::Image(image),
            vec![
                "al2023\navailableEC2 Image\n",
                "owner: amazon\n",
                "deprecated: 04-30 00:00 (1d)\n",
                "public: yes\n",
            ],
        ),
    ] {
        let page = said(&known(id, vec![(what, answer)]), &of(kind, id));
        for line in lines {
            assert!(page.contains(line), "{kind}: {line:?} in\n{page}");
        }
        assert!(!page.contains("Asking EC2"), "{page}");
    }
}

#[test]
fn a_load_balancer_s_interfaces_lead_to_its_groups_first() {
    let id = "app/web/50dc6c495c0c9188";
    let list = vec![interface("eni-1", "", true, None), interface("eni-2", "", true, None)];
    let answers = vec![(What::BalancerInterfaces, Described::Interfaces { list, more: false })];
    let page = said(&known(id, answers), &of("AWS::ElasticLoadBalancingV2::LoadBalancer", id));
    let around = page.split("# AROUND IT\n").nth(1).unwrap();
    assert!(
        around.starts_with(
            ">sg-0b2f web  EC2 SecurityGroup  on its network interfaces
>subnet-0c4d  EC2 Subnet  has its network interfaces
>vpc-0b5e  EC2 VPC  has its network interfaces
>eni-1 10.0.1.4  EC2 NetworkInterface  its network interface
"
        ),
        "{around}"
    );
    assert!(page.contains("Its settings are in the AWS console"), "{page}");
}

#[test]
fn asking_refused_and_gone_are_a_sentence_each_and_the_rest_stays() {
    let volume = of("AWS::EC2::Volume", "vol-07d1");
    let mut world = known("vol-07d1", Vec::new());
    assert!(said(&world, &volume).contains("Asking EC2 …"));
    world.described_problem = Some(Problem {
        operation: "ec2:DescribeVolumes".into(),
        kind: ProblemKind::Denied,
        message: "no".into(),
        remedy: Remedy::Allow("ec2:DescribeVolumes".into()),
    });
    let refused = said(&world, &volume);
    let sentence = "EC2 did not say more about it: denied ec2:DescribeVolumes → ask for the IAM action ec2:DescribeVolumes";
    assert!(refused.contains(sentence) && !refused.contains("Asking EC2"), "{refused}");
    assert!(refused.contains(">web-1  i-0a1c0a1c0a1c0a1c1  running"), "{refused}");
    // What was known before stays beside the reason why it is not read again.
    world.described = vec![(
        What::Volume,
        "vol-07d1".into(),
        Described::Volume(Volume { size: Some(20), ..Volume::default() }),
    )];
    let stale = said(&world, &volume);
    assert!(stale.contains(sentence) && stale.contains("size: 20 GiB"), "{stale}");
    let gone = said(&known("vol-07d1", vec![(What::Volume, Described::Gone)]), &volume);
    assert!(
        gone.contains("EC2 knows no Volume with this id here: deleted, or of another account or Region."),
        "{gone}"
    );
}

#[test]
fn what_ec2_does_not_describe_points_at_the_console_and_asks_nothing() {
    let desk = Desk::new(Lang::En);
    let world = world();
    let page = world.page(&desk);
    let database = of("AWS::RDS::DBInstance", "orders");
    assert_eq!(needs(&database, &page), []);
    assert!(said(&world, &database).contains("Its settings are in the AWS console"));
    let group = of(GROUP, "sg-0b2f");
    let both = [What::SecurityGroup, What::GroupInterfaces];
    let asked = both.map(|what| Need::Described(ScopeId(0), what, "sg-0b2f".into()));
    assert_eq!(needs(&group, &page), asked);
}

#[test]
fn described_pages_are_worded_in_both_languages() {
    for lang in [Lang::En, Lang::Ja] {
        let desk = Desk::new(lang);
        let world = known(
            "sg-0b2f",
            vec![
                (What::SecurityGroup, Described::SecurityGroup(web_group())),
                (
                    What::GroupInterfaces,
                    Described::Interfaces { list: vec![interface("eni-4", "x", true, None)], more: true },
                ),
            ],
        );
        let page = world.page(&desk);
        for (kind, id) in [(GROUP, "sg-0b2f"), (GROUP, "sg-x"), ("AWS::EC2::VPC", "vpc-0b5e")] {
            assert_worded(&page_of(&of(kind, id), &page), &page);
        }
    }
}
