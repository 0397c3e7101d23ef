import Foundation
import Testing

@testable import Safeguards

@Suite struct XMPPacketTests {
  @Test func whatIsWrittenIsRead() throws {
    var record = MarkSamples.record()
    record.jobID = "a<b>&\"c\"\u{1}生成"
    let label = AIGCLabel(record, producer: "Studio & Söhne")
    let facts = XMPPacket.facts(XMPPacket.bytes(record, aigc: label))
    #expect(facts.xmp.jobID == "a<b>&\"c\"生成")
    #expect(facts.xmp.creatorTool == "Likeness 0.1.0")
    #expect(facts.xmp.digitalSourceType?.hasSuffix("/compositeWithTrainedAlgorithmicMedia") == true)
    #expect(facts.aigc?.contentProducer == "Studio & Söhne" && facts.aigc?.produceID == record.jobID)
  }

  @Test func aWatermarkIsOnlyNamedWhereThereIsOne() {
    var record = MarkSamples.record()
    record.watermarkID = nil
    let packet = XMPPacket.bytes(record, aigc: AIGCLabel(record, producer: nil))
    #expect(XMPPacket.facts(packet).xmp.watermarkID == nil)
    #expect(!String(decoding: packet, as: UTF8.self).contains("Watermark"))
  }

  /// Other programs write attributes, other prefixes and other quotes.
  @Test func otherSpellingsAreRead() {
    let packet = """
      <x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
      <rdf:Description xmlns:ext='http://iptc.org/std/Iptc4xmpExt/2008-02-29/' xmlns:t="http://www.tc260.org.cn/ns/AIGC/1.0/"
        ext:DigitalSourceType='http://example.org/a' xmlns:xap="http://ns.adobe.com/xap/1.0/" xap:CreatorTool="P &#x26; Q&#33;"
        t:AIGC="{&quot;Label&quot;:&quot;2&quot;,&quot;ProduceID&quot;:&quot;x&quot;}"/></rdf:RDF></x:xmpmeta>
      """
    let facts = XMPPacket.facts(Array(packet.utf8))
    #expect(facts.xmp.digitalSourceType == "http://example.org/a" && facts.xmp.creatorTool == "P & Q!")
    #expect(facts.aigc?.label == "2" && facts.aigc?.produceID == "x" && facts.aigc?.contentProducer == "")
  }

  @Test(arguments: [
    "", "<", "xmlns:", "xmlns:a=\"", "xmlns:a=\"urn:likeness:marks:1.0/\" a:Job", "a:Job=\"&#99999999;&;\"",
  ])
  func brokenTextsSayNothing(text: String) {
    let facts = XMPPacket.facts(Array(text.utf8))
    #expect(facts.xmp == XMPFacts() && facts.aigc == nil)
  }

  @Test func theLabelHasTheStandardsFields() throws {
    let json = AIGCLabel(MarkSamples.record(), producer: "A/\"B\"\n").json
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String])
    #expect(
      object == [
        "Label": "1", "ContentProducer": "A/\"B\"\n", "ProduceID": "job-7 <&>", "ReservedCode1": "",
        "ContentPropagator": "", "PropagateID": "", "ReservedCode2": "",
      ])
    #expect(json.hasPrefix("{\"Label\":\"1\",\"ContentProducer\":"))
    #expect(AIGCLabel(json: "{\"AIGC\":\(json)}") == AIGCLabel(json: json))
    #expect(AIGCLabel(json: "{\"Label\":1}") == nil && AIGCLabel(json: "[]") == nil && AIGCLabel(json: "") == nil)
  }
}
